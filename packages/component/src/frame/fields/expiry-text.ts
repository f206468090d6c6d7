import { type Expiry, parseExpiry } from '@onfile/card/expiry';

const month = /^(?:0[1-9]|1[0-2])$/;

/**
 * An expiry while it is typed. A whole month gets its slash, and a separator that the customer types as well is passed
 * over; everything else stays as it is, so that other forms (`2029-03`, `3/29`, `03.2029`) can be typed too.
 */
export function typedExpiry(text: string, isDeletion: boolean): string {
  if (isDeletion) return text.replace(/^(\d{2}) ?\/?$/, '$1');
  const plain = text.trimStart();
  if (month.test(plain)) return `${plain} / `;
  const [, months = '', rest = ''] = /^(\d{2}) \/ [\s/.-]*(.*)$/.exec(plain) ?? [];
  if (months !== '') return `${months} / ${rest}`;
  const [, whole = '', year = ''] = /^(\d{2})(\d+)$/.exec(plain) ?? [];
  return month.test(whole) && year.length !== 4 ? `${whole} / ${year}` : plain;
}

/** An expiry that was typed in full, in the form that cards show it; the text itself while it is none. */
export function tidyExpiry(text: string): string {
  const expiry = parseExpiry(text);
  return expiry ? formatExpiry(expiry) : text;
}

const formatExpiry = ({ month: number, year }: Expiry): string =>
  `${String(number).padStart(2, '0')} / ${String(year).slice(-2)}`;
