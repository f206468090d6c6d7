import { enteredDigits } from './entered-text.ts';
import type { Parsed } from './parsed.ts';

/**
 * Reads the number of a US account, as digits: at most the 17 that an ACH entry has room for (Nacha, DFI account
 * number), at least the four that a record shows. Banks have no common check digit.
 */
export const parseAchAccountNumber = (entered: string): Parsed<string, 'characters' | 'length'> => {
  const digits = enteredDigits(entered);
  if (digits === undefined) return { fault: 'characters' };
  return digits.length >= 4 && digits.length <= 17 ? { value: digits } : { fault: 'length' };
};
