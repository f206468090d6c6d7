import { enteredCode } from './entered-text.ts';
import { ibanCountries } from './iban-countries.ts';
import { passesMod97 } from './mod-97.ts';
import type { Parsed } from './parsed.ts';

/** An International Bank Account Number (ISO 13616), checked. `electronic` is the whole of it, without spaces. */
export type Iban = { country: string; checkDigits: string; bban: string; electronic: string };

/**
 * The first thing that is wrong with an IBAN: characters other than A to Z, digits and separators; a country without
 * IBANs; the country's length; letters where it has digits, or the reverse; the check digits.
 */
export type IbanFault = 'characters' | 'country' | 'length' | 'structure' | 'check';

/**
 * Reads an IBAN in any grouping and case by the SWIFT registry's structures and ISO/IEC 7064's check digits. Check
 * digits that some countries have inside the account number are not looked at.
 */
export const parseIban = (entered: string): Parsed<Iban, IbanFault> => {
  const electronic = enteredCode(entered);
  if (electronic === undefined) return { fault: 'characters' };
  const [country, checkDigits, bban] = [electronic.slice(0, 2), electronic.slice(2, 4), electronic.slice(4)];
  const known = ibanCountries.get(country);
  if (!known) return { fault: electronic.length < 2 ? 'length' : 'country' };
  if (electronic.length !== known.length) return { fault: 'length' };
  if (!/^[0-9]{2}$/.test(checkDigits) || !known.bban.test(bban)) return { fault: 'structure' };
  if (!passesMod97(bban + country + checkDigits)) return { fault: 'check' };
  return { value: { country, checkDigits, bban, electronic } };
};

/** An electronic IBAN as it is printed: in groups of four from the left. */
export const formatIban = (electronic: string): string => electronic.replace(/.{4}(?=.)/g, '$& ');

/** The last four characters, the `last_four_digits` of its record; letters in the countries that end in them. */
export const ibanLastFour = (electronic: string): string => electronic.slice(-4);
