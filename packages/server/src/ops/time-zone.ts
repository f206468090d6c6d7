/** Whether this is an IANA time zone id or an alias of one; an offset such as `+01:00` is none. */
export function isTimeZone(id: string): boolean {
  if (!/^[A-Za-z]/.test(id)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: id });
    return true;
  } catch {
    return false;
  }
}
