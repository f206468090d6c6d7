/** Building a formatter costs 20 µs; ids come in many spellings of case, so not every one is kept. */
const known = new Set<string>();
const mostKnown = 1_000;

/** Whether this is an IANA time zone id or an alias of one; an offset such as `+01:00` is none. */
export function isTimeZone(id: string): boolean {
  if (known.has(id)) return true;
  if (!/^[A-Za-z]/.test(id)) return false;
  try {
    Intl.DateTimeFormat('en', { timeZone: id });
  } catch {
    return false;
  }
  if (known.size < mostKnown) known.add(id);
  return true;
}
