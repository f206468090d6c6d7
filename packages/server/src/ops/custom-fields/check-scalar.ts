import type { CustomFieldConstraints } from '../../contract/custom-field.ts';
import { outOfRange } from '../../contract/out-of-range.ts';
import { enumArgument, integerArgument, OnfileError, stringArgument } from '../../errors.ts';
import { affordableLength, matchesPattern, type PatternBudget } from './pattern.ts';

export type TextRules = Pick<CustomFieldConstraints, 'min_length' | 'max_length' | 'pattern' | 'options'>;
export type NumberRules = Pick<CustomFieldConstraints, 'minimum' | 'maximum' | 'decimals'>;

/** As much as the contract of the records takes. */
const longestText = 10_000;
/** As many as are named to somebody who gave none of them. */
const mostNamedOptions = 20;

const wrongLength = (least: number, most: number, reference: string) =>
  new OnfileError('errormessage.validation.length', {
    args: [integerArgument(least), integerArgument(most)],
    reference,
  });

export const wrongType = (type: 'array' | 'boolean' | 'number' | 'object' | 'string', reference: string) =>
  new OnfileError('errormessage.validation.type', { args: [enumArgument(type)], reference });

export const notAllowed = (allowed: readonly string[], reference: string) =>
  new OnfileError('errormessage.validation.allowed.values', {
    args: [
      stringArgument(allowed.slice(0, mostNamedOptions).join(', ') + (allowed.length > mostNamedOptions ? ', …' : '')),
    ],
    reference,
  });

/** Throws 400 unless so many items or characters are right; the empty one is missed where there must be something. */
export function checkCount(count: number, least: number, most: number, reference: string): void {
  if (count === 0 && least > 0) throw new OnfileError('errormessage.validation.required', { reference });
  if (count < least || count > most) throw wrongLength(least, most, reference);
}

/** As JSON Schema counts them: by code points. */
function charactersOf(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** Throws 400 unless a value is a text by the rules. */
export function checkText(value: unknown, rules: TextRules, reference: string, budget: PatternBudget): void {
  if (typeof value !== 'string') throw wrongType('string', reference);
  const { min_length: least = 0, max_length: most = longestText, pattern, options } = rules;
  checkCount(charactersOf(value), least, most, reference);
  if (options && !options.includes(value)) throw notAllowed(options, reference);
  if (pattern === undefined) return;
  const affordable = affordableLength(pattern, budget);
  if (value.length > affordable) throw wrongLength(least, affordable, reference);
  if (!matchesPattern(value, pattern, budget)) throw new OnfileError('errormessage.validation.value', { reference });
}

/** The digits after the point, of the shortest decimal that stands for the number. */
function decimalsOf(value: number): number {
  const [digits = '', exponent = '0'] = String(value).split('e');
  return Math.max(0, (digits.split('.')[1] ?? '').length - Number(exponent));
}

/** Throws 400 unless a value is a number by the rules. */
export function checkNumber(value: unknown, rules: NumberRules, reference: string): void {
  if (typeof value !== 'number') throw wrongType('number', reference);
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY, decimals } = rules;
  if (value < minimum || value > maximum) {
    throw outOfRange({ least: rules.minimum, most: rules.maximum }, reference);
  }
  if (decimals !== undefined && decimalsOf(value) > decimals) {
    throw new OnfileError('errormessage.validation.value', { reference });
  }
}
