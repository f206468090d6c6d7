import { allowsLength, brandOf, type CardBrand, usesLuhn } from './brand.ts';
import { toPlainDigits } from './digits.ts';

/**
 * An entered card number as digits only: spaces, dashes and invisible characters taken out, digits of any script made
 * plain. `undefined` when anything else is left, or nothing.
 */
export const normalizeCardNumber = (entered: string): string | undefined => {
  const digits = toPlainDigits(entered).replace(/[\s\p{Pd}\p{Cf}\u2212]/gu, '');
  return /^[0-9]+$/.test(digits) ? digits : undefined;
};

/** Luhn's check (ISO/IEC 7812-1, annex B) of a string of digits. */
export const passesLuhn = (digits: string): boolean => {
  let sum = 0;
  for (let fromRight = 0; fromRight < digits.length; fromRight += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - fromRight) - 0x30;
    sum += fromRight % 2 === 0 ? digit : doubled(digit);
  }
  return sum % 10 === 0;
};

/** A digit in a doubled place of Luhn's check: the digit sum of its double. */
export const doubled = (digit: number): number => (digit < 5 ? digit * 2 : digit * 2 - 9);

/**
 * The network of a whole card number (digits only), or `undefined` when it can be none: no known issuer range, a length
 * that the network does not use, or a wrong check digit where the network uses one.
 */
export const cardBrand = (number: string): CardBrand | undefined => {
  const brand = brandOf(number);
  if (brand === undefined || !allowsLength(brand, number.length)) return undefined;
  return usesLuhn(brand) && !passesLuhn(number) ? undefined : brand;
};
