import { mandateSchemes } from '@onfile/card/mandate';
import { InvalidArgumentError } from 'commander';
import { type PaymentChoice, paymentChoices } from '../contract/payments.ts';
import { retentionKinds } from '../contract/retention.ts';
import { scopes } from '../contract/scopes.ts';
import {
  attemptLimits,
  type CreditorIdentifiers,
  type FailedAttemptLimits,
  type RetentionDays,
} from '../contract/tenant-settings.ts';

const dateTime = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/;

export const namesOption = (text: string): string[] => text.split(',').map((name) => name.trim());

/** `all`, or names separated by commas; whether they are scopes is for the operation to say. */
export const scopesOption = (text: string): string[] => (text.trim() === 'all' ? [...scopes] : namesOption(text));

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

/** `none`, or a whole number, 1 or more. */
export const countOrNoneOption = (text: string): number | null => (text === 'none' ? null : countOption(text));

/** 0 or more. */
export function wholeNumberOption(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, 0 or more.');
  return Number(text);
}

/** Whole days, 0 or more. */
export function daysOption(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of days, 0 or more.');
  return Number(text);
}

const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A length of time in milliseconds: a number with its unit, or 0. */
export function durationOption(text: string): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (text === '0') return 0;
  if (!count || !unit) throw new InvalidArgumentError('It must be 0, or a number with s, m, h or d, such as 24h.');
  return Number(count) * units[unit as keyof typeof units];
}

/** `default`, which is null, or names of payment choices separated by commas. */
export function choicesOption(text: string): PaymentChoice[] | null {
  if (text === 'default') return null;
  const wanted = new Set(namesOption(text));
  const known = paymentChoices.filter((choice) => wanted.has(choice));
  if (known.length < wanted.size) {
    throw new InvalidArgumentError(`It must be default, or some of ${paymentChoices.join(',')}.`);
  }
  return known;
}

/** For an option that may be given several times; `none` empties the list. */
export const listOption = (text: string, before: string[] = []): string[] => (text === 'none' ? [] : [...before, text]);

/** `SCHEME=identifier`, once for each scheme; an empty identifier takes the scheme's away. */
export function creditorIdentifiersOption(text: string, before: CreditorIdentifiers = {}): CreditorIdentifiers {
  const [name, identifier] = text.split('=');
  const scheme = mandateSchemes.find((known) => known === name);
  if (!scheme || identifier === undefined) {
    throw new InvalidArgumentError(`It must be SCHEME=identifier, with one of ${mandateSchemes.join(',')}.`);
  }
  return { ...before, [scheme]: identifier };
}

/** `kind=days`, once for each kind of thing that is kept. */
export function retentionOption(text: string, before: RetentionDays = {}): RetentionDays {
  const [name, days = ''] = text.split('=');
  const kind = retentionKinds.find((known) => known === name);
  if (!kind || !/^\d{1,5}$/.test(days)) {
    throw new InvalidArgumentError(`It must be one of ${retentionKinds.join(',')} with days, such as audit=400.`);
  }
  return { ...before, [kind]: Number(days) };
}

/** `limit=count`, once for each limit; 0 sets none. */
export function failedAttemptsOption(text: string, before: FailedAttemptLimits = {}): FailedAttemptLimits {
  const [name, count = ''] = text.split('=');
  const limit = attemptLimits.find((known) => known === name);
  if (!limit || !/^\d{1,5}$/.test(count)) {
    throw new InvalidArgumentError(`It must be one of ${attemptLimits.join(',')} with a number, such as session=10.`);
  }
  return { ...before, [limit]: Number(count) };
}
