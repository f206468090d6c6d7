import { allowsLength, brandOf } from '@onfile/card/brand';
import type { Grouping } from './grouped-text.ts';

const digit = /\p{Nd}/u;
const fours = [4];
const longestCardNumber = 19;

const longestOf = (number: string): number => {
  const brand = brandOf(number);
  if (brand === undefined) return longestCardNumber;
  let longest = longestCardNumber;
  while (!allowsLength(brand, longest)) longest -= 1;
  return longest;
};

/** As it is embossed: American Express 4-6-5, Diners Club's fourteen digits 4-6-4, all others in fours. */
export const cardNumberGrouping: Grouping = {
  significant: digit,
  separator: ' ',
  groups: (number) => {
    const brand = brandOf(number);
    if (brand === 'american express') return [4, 6, 5];
    return brand === 'diners club' && number.length <= 14 ? [4, 6, 4] : fours;
  },
  longest: longestOf,
};

/** As it is printed: fours from the left (ISO 13616), at most 34 characters. */
export const ibanGrouping: Grouping = {
  significant: /[0-9a-z]/i,
  separator: ' ',
  groups: () => fours,
  longest: () => 34,
};

/** As it is printed: pairs. */
export const sortCodeGrouping: Grouping = {
  significant: digit,
  separator: '-',
  groups: () => [2],
  longest: () => 6,
};

const digitsUpTo = (most: number): Grouping => ({
  significant: digit,
  separator: '',
  groups: () => [most],
  longest: () => most,
});

export const securityCodeGrouping = (length: number): Grouping => digitsUpTo(length);
export const routingNumberGrouping = digitsUpTo(9);
