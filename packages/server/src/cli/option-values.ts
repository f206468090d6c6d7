import { InvalidArgumentError } from 'commander';
import { scopes } from '../contract/scopes.ts';

const dateTime = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/;

/** `all`, or names separated by commas; whether they are scopes is for the operation to say. */
export const scopesOption = (text: string): string[] =>
  text.trim() === 'all' ? [...scopes] : text.split(',').map((name) => name.trim());

/** An instant with its zone, so that it means the same everywhere. */
export function instantOption(text: string): Date {
  const [, day = ''] = dateTime.exec(text) ?? [];
  const instant = new Date(text);
  // JavaScript reads 30 February as 2 March.
  const isDay = day !== '' && !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day);
  if (!isDay || Number.isNaN(instant.getTime())) {
    throw new InvalidArgumentError('It must be a date and time with a zone, such as 2027-01-31T12:00:00Z.');
  }
  return instant;
}

export function countOption(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, 1 or more.');
  return Number(text);
}
