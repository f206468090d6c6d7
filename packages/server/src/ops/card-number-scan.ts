import { allowsLength, brandOf } from '@onfile/card/brand';
import { containsCardNumber } from '@onfile/card/find-card-number';
import { Failures, mostFailures } from '../contract/failures.ts';
import { fieldPath, itemPath } from '../contract/field-path.ts';
import { OnfileError } from '../errors.ts';

/** Shorter than any card number, so not worth a look. */
const leastDigits = 12;

type Exemption = (path: string) => boolean;
const none: Exemption = () => false;

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
 * Refuses the request with 400 naming each field when text that people fill in holds a card number: in a text, a number,
 * the name of a field, or a list of texts that are its parts. `exempt` tells what may look like one, by path.
 */
export function refuseCardNumbers(value: unknown, path = '', exempt: Exemption = none): void {
  const found: string[] = [];
  scan(value, path, exempt, found);
  if (found.length === 0) return;
  const failures = new Failures();
  for (const place of found) {
    failures.add(new OnfileError('errormessage.card.number.found', { reference: place || undefined }));
  }
  failures.throwAny();
}

function scan(value: unknown, path: string, exempt: Exemption, found: string[]): void {
  if (found.length >= mostFailures) return;
  if (typeof value === 'string') {
    if (value.length > leastDigits && !exempt(path) && containsCardNumber(value)) found.push(path);
  } else if (typeof value === 'number') {
    if (holdsInNumber(value) && !exempt(path)) found.push(path);
  } else if (Array.isArray(value)) {
    const before = found.length;
    for (const [n, item] of value.entries()) scan(item, itemPath(path, n), exempt, found);
    if (found.length > before || value.length < 2) return;
    if (value.every(isText) && holdsNumber(value.join(','))) found.push(path);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, field] of Object.entries(value)) {
      if (holdsNumber(name)) found.push(path);
      // Too short to hold anything, as most are: its path need not be made.
      if (typeof field === 'string' && field.length <= leastDigits) continue;
      scan(field, fieldPath(path, name), exempt, found);
    }
  }
}
