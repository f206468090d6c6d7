import { toPlainDigits } from './digits.ts';

/** The month that a card is valid through. `month` is 1 to 12, `year` has four digits. */
export type Expiry = { month: number; year: number };

const forms = [
  /^(?<month>\d{1,2})(?:\s*[/\-.]\s*|\s+)(?<year>\d{2}|\d{4})$/,
  /^(?<month>\d{2})(?<year>\d{2}|\d{4})$/,
  /^(?<year>\d{4})[/\-.](?<month>\d{1,2})$/,
  /^(?<year>\d{4})(?<month>\d{2})$/,
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})$/,
];

/**
 * Reads an expiry as people and systems write it: `MM/YY`, `MM/YYYY`, `YYYY-MM`, the ISO date `YYYY-MM-DD` (its day
 * must exist, and is dropped), with one-digit months, other separators, or none (`3/27`, `03 27`, `0327`).
 * `undefined` when it is none of these, or the year is not of this century or the last.
 */
export const parseExpiry = (text: string): Expiry | undefined => {
  const plain = toPlainDigits(text).trim();
  for (const form of forms) {
    const groups = form.exec(plain)?.groups;
    const expiry = groups && readExpiry(groups);
    if (expiry) return expiry;
  }
  return undefined;
};

const readExpiry = (groups: Readonly<Record<string, string | undefined>>): Expiry | undefined => {
  const month = Number(groups.month);
  const year = groups.year?.length === 2 ? fullYear(Number(groups.year)) : Number(groups.year);
  if (month < 1 || month > 12 || year < 1900 || year > 2099) return undefined;
  const day = groups.day === undefined ? 1 : Number(groups.day);
  return day >= 1 && day <= lastDay({ month, year }).getUTCDate() ? { month, year } : undefined;
};

// EMV Book 4, date management: 00 to 49 are of this century, 50 to 99 of the last.
const fullYear = (twoDigits: number): number => (twoDigits < 50 ? 2000 : 1900) + twoDigits;

// Day 0 of the next month (months count from 0 here) is the last day of this one, leap years included.
const lastDay = ({ month, year }: Expiry): Date => new Date(Date.UTC(year, month, 0));

/** The canonical form, as the Records API's `expires` has it: the month's last day, `YYYY-MM-DD`. */
export const expiryDate = (expiry: Expiry): string => lastDay(expiry).toISOString().slice(0, 10);

const hour = 3_600_000;

/**
 * Whether the card's last month is over at `at` everywhere: it is valid through that month's last day, which ends
 * last in the zone 12 hours behind UTC.
 */
export const isExpired = (expiry: Expiry, at: Date): boolean =>
  at.getTime() >= Date.UTC(expiry.year, expiry.month, 1) + 12 * hour;
