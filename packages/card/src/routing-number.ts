import { enteredDigits } from './entered-text.ts';
import type { Parsed } from './parsed.ts';

/** The first thing that is wrong with a routing number. */
export type RoutingNumberFault = 'characters' | 'length' | 'prefix' | 'check';

// 00 the US government, 01-12 the Federal Reserve districts, 21-32 their thrifts, 61-72 electronic transactions,
// 80 traveller's cheques.
const prefix = /^(?:0[0-9]|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)/;

const weights = [3, 7, 1];

/**
 * Reads a US bank's routing number (ABA; nine digits): the prefix must be one that the Federal Reserve gives out, and
 * the digits weighted 3, 7, 1, 3, … a multiple of ten. Nine zeros pass by arithmetic and belong to nobody.
 */
export const parseRoutingNumber = (entered: string): Parsed<string, RoutingNumberFault> => {
  const digits = enteredDigits(entered);
  if (digits === undefined) return { fault: 'characters' };
  if (digits.length !== 9) return { fault: 'length' };
  if (!prefix.test(digits) || digits === '000000000') return { fault: 'prefix' };
  const total = digits.split('').reduce((sum, digit, place) => sum + Number(digit) * (weights[place % 3] ?? 0), 0);
  return total % 10 === 0 ? { value: digits } : { fault: 'check' };
};
