const shape =
  /^\d{4}-\d\d-\d\d[Tt ](?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const leapSecond = ':60';

/**
 * The instant that a date-time names (RFC 3339, section 5.6), `undefined` for any other text and for a day that does
 * not exist. A leap second counts as the one before it; what is finer than a millisecond is cut off.
 */
export function parseInstant(text: string): Date | undefined {
  if (!shape.test(text) || !dayExists(text.slice(0, 10))) return undefined;
  const seconds = text.slice(16, 19);
  const written = seconds === leapSecond ? `${text.slice(0, 16)}:59${text.slice(19)}` : text;
  const instant = new Date(written.replace(' ', 'T').toUpperCase());
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}

/** JavaScript takes February 30 for March 2. */
function dayExists(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
