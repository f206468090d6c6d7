import { enteredDigits } from './entered-text.ts';
import type { Parsed } from './parsed.ts';

/** The first thing that is wrong with a sort code or an account number. */
export type UkAccountFault = 'characters' | 'length';

/** A UK account as Bacs takes it: six digits and eight. */
export type UkAccount = { sortCode: string; accountNumber: string };

/** Reads a UK sort code, grouped in any way, as six digits. */
export const parseSortCode = (entered: string): Parsed<string, UkAccountFault> => {
  const sortCode = enteredDigits(entered);
  if (sortCode === undefined) return { fault: 'characters' };
  return sortCode.length === 6 ? { value: sortCode } : { fault: 'length' };
};

/** A sort code of six digits as it is printed: `12-34-56`. */
export const formatSortCode = (sortCode: string): string => sortCode.replace(/\d\d(?=\d)/g, '$&-');

// Vocalink names the banks that have long numbers, not their sort codes; these ranges are the ones they use.
const natWest = /^(?:01|5[0-9]|6[0-6])/;
const cooperativeOrLeeds = /^08(?!3)/;
const santander = /^(?:09[01]|72|89[0-2])/;

/**
 * Reads a UK account number at a sort code (six digits) and makes eight digits of it by Vocalink's "Validating account
 * numbers", 2.1.2: six and seven get leading zeros; of ten, NatWest means the last eight and the Co-operative Bank and
 * Leeds the first; of nine, Santander's first one replaces the sort code's last. Other banks have no such numbers.
 */
export const parseUkAccount = (sortCode: string, entered: string): Parsed<UkAccount, UkAccountFault> => {
  const digits = enteredDigits(entered);
  if (digits === undefined) return { fault: 'characters' };
  if (digits.length >= 6 && digits.length <= 8) return { value: { sortCode, accountNumber: digits.padStart(8, '0') } };
  if (digits.length === 9 && santander.test(sortCode)) {
    return { value: { sortCode: sortCode.slice(0, 5) + digits.charAt(0), accountNumber: digits.slice(1) } };
  }
  if (digits.length === 10 && natWest.test(sortCode)) return { value: { sortCode, accountNumber: digits.slice(2) } };
  if (digits.length === 10 && cooperativeOrLeeds.test(sortCode)) {
    return { value: { sortCode, accountNumber: digits.slice(0, 8) } };
  }
  return { fault: 'length' };
};
