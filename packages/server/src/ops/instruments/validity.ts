import { expiryDate, isExpired, parseExpiry } from '@onfile/card/expiry';
import type { Validity } from '../../contract/validity.ts';

/** How long before its end an instrument is expiring: two monthly runs are then still to come. */
const expiringDays = 60;

const hour = 3_600_000;
const later = (at: Date, milliseconds: number): Date => new Date(at.getTime() + milliseconds);
const whenExpiring = (at: Date): Date => later(at, expiringDays * 24 * hour);

/** What a date of expiry (YYYY-MM-DD) means at `at`. Computed whenever it is asked for: a stored one would go stale. */
export function validityOf(expires: string | null, at: Date): Validity {
  const expiry = expires === null ? undefined : parseExpiry(expires);
  if (!expiry) return 'valid';
  if (isExpired(expiry, at)) return 'expired';
  return isExpired(expiry, whenExpiring(at)) ? 'expiring' : 'valid';
}

/** Dates of expiry, YYYY-MM-DD: from the first on, and before the second. */
export type ExpiryRange = { from?: string; before?: string };

/** The dates of expiry, all of them last days of months, that have this validity at `at`. */
export function expiryRange(validity: Validity, at: Date): ExpiryRange {
  const notExpired = earliestValid(at);
  const notExpiring = earliestValid(whenExpiring(at));
  switch (validity) {
    case 'expired':
      return { before: notExpired };
    case 'expiring':
      return { from: notExpired, before: notExpiring };
    case 'valid':
      return { from: notExpiring };
  }
}

/** The end of the month that is not over yet 12 hours behind UTC, the last zone to see it end (`isExpired`). */
function earliestValid(at: Date): string {
  const there = later(at, -12 * hour);
  return expiryDate({ month: there.getUTCMonth() + 1, year: there.getUTCFullYear() });
}
