import { allowsLength, brandOf } from '@onfile/card/brand';
import { containsCardNumber } from '@onfile/card/find-card-number';
import { fieldPath, itemPath } from '../contract/field-path.ts';
import { OnfileError } from '../errors.ts';

/** Shorter than any card number, so not worth a look. */
const leastDigits = 12;

type Exemption = (path: string) => boolean;
const none: Exemption = () => false;

const refuseAt = (path: string): never => {
  throw new OnfileError('errormessage.card.number.found', { reference: path || undefined });
};

const holdsNumber = (text: string): boolean => text.length > leastDigits && containsCardNumber(text);

/** Beyond a double's exact integers the last digits are rounded and Luhn's check is lost: the others are enough. */
const isRoundedCardNumber = (whole: number): boolean => {
  if (Number.isSafeInteger(whole)) return false;
  const digits = String(Math.abs(whole));
  const brand = brandOf(digits);
  return brand !== undefined && allowsLength(brand, digits.length);
};

/** The digits of a fraction are no card number, though those of one in thirty would pass for one. */
const holdsInNumber = (value: number): boolean => {
  const whole = Math.trunc(value);
  return holdsNumber(String(whole)) || isRoundedCardNumber(whole);
};

/** Numbers are left out: a row of sums is more likely than a card number in four of them. */
const isText = (item: unknown): item is string => typeof item === 'string';

/**
 * Refuses the request with 400 naming the field when text that people fill in holds a card number: in a text, a number,
 * the name of a field, or a list of texts that are its parts. `exempt` tells what may look like one, by path.
 */
export function refuseCardNumbers(value: unknown, path = '', exempt: Exemption = none): void {
  if (typeof value === 'string') {
    if (value.length > leastDigits && !exempt(path) && containsCardNumber(value)) refuseAt(path);
  } else if (typeof value === 'number') {
    if (holdsInNumber(value) && !exempt(path)) refuseAt(path);
  } else if (Array.isArray(value)) {
    for (const [n, item] of value.entries()) refuseCardNumbers(item, itemPath(path, n), exempt);
    if (value.length > 1 && value.every(isText) && holdsNumber(value.join(','))) refuseAt(path);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, field] of Object.entries(value)) {
      if (holdsNumber(name)) refuseAt(path);
      // Too short to hold anything, as most are: its path need not be made.
      if (typeof field === 'string' && field.length <= leastDigits) continue;
      refuseCardNumbers(field, fieldPath(path, name), exempt);
    }
  }
}
