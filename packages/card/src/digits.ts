const isDecimalDigit = (codePoint: number): boolean => /^\p{Nd}$/u.test(String.fromCodePoint(codePoint));

/** Holds only digits, of which Unicode has a few hundred: no text can make it grow further. */
const values = new Map<string, string>();

// Unicode gives decimal digits in unbroken runs that start with a zero (The Unicode Standard, 4.6), so the distance to
// the start of the run is the value.
const plainDigit = (digit: string): string => {
  const known = values.get(digit);
  if (known !== undefined) return known;
  const codePoint = digit.codePointAt(0) ?? 0;
  let start = codePoint;
  while (isDecimalDigit(start - 1)) start -= 1;
  const value = String((codePoint - start) % 10);
  values.set(digit, value);
  return value;
};

/**
 * The text with compatibility forms resolved (NFKC: full-width, circled, superscript) and the decimal digits of every
 * script written as 0 to 9, which NFKC alone leaves as they are.
 */
export const toPlainDigits = (text: string): string => text.normalize('NFKC').replace(/(?![0-9])\p{Nd}/gu, plainDigit);
