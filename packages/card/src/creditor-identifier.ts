import { enteredCode } from './entered-text.ts';
import { passesMod97 } from './mod-97.ts';
import type { Parsed } from './parsed.ts';

/** A SEPA creditor identifier (EPC262-08, AT-02). The business code is the creditor's own and often ZZZ. */
export type CreditorIdentifier = {
  country: string;
  businessCode: string;
  nationalIdentifier: string;
  electronic: string;
};

/** The first thing that is wrong with a creditor identifier. */
export type CreditorIdentifierFault = 'characters' | 'length' | 'structure' | 'check';

/**
 * Reads a creditor identifier: country, two check digits, three characters of business code, up to 28 that the country
 * gives out. The check digits (ISO/IEC 7064 MOD 97-10) leave the business code out, so a creditor may change it.
 */
export const parseCreditorIdentifier = (entered: string): Parsed<CreditorIdentifier, CreditorIdentifierFault> => {
  const electronic = enteredCode(entered);
  if (electronic === undefined) return { fault: 'characters' };
  if (electronic.length < 8 || electronic.length > 35) return { fault: 'length' };
  if (!/^[A-Z]{2}[0-9]{2}/.test(electronic)) return { fault: 'structure' };
  const nationalIdentifier = electronic.slice(7);
  if (!passesMod97(nationalIdentifier + electronic.slice(0, 4))) return { fault: 'check' };
  const [country, businessCode] = [electronic.slice(0, 2), electronic.slice(4, 7)];
  return { value: { country, businessCode, nationalIdentifier, electronic } };
};
