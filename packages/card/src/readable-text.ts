import { toPlainDigits } from './digits.ts';

/** Not seen by who reads the text, so no part of it: joiners, combining marks, variation selectors, fillers. */
const invisible = /[\p{Cf}\p{M}\p{Default_Ignorable_Code_Point}]/gu;

/** Circled digits that NFKC leaves as they are; the first of each row is a one. */
const circled = /[\u24f5-\u24fd\u2776-\u277e\u2780-\u2788\u278a-\u2792]/g;
const circledOnes = [0x278a, 0x2780, 0x2776, 0x24f5];

const plainCircled = (digit: string): string => {
  const code = digit.charCodeAt(0);
  return String(code - (circledOnes.find((one) => one <= code) ?? code) + 1);
};

// Every repetition is bounded, so the time stays linear in the text.
const tag = /\s{0,20}<[!/a-z][^<>]{0,200}>\s{0,20}/gi;
const characterNumber = /&#(?:x([0-9a-f]{1,6})|([0-9]{1,7}));/gi;
const characterName = /&[a-z]{2,8};/gi;
const encodedOctets = /(?:%[0-9a-f]{2}){1,64}/gi;

const characterOf = (codePoint: number): string => (codePoint > 0x10ffff ? ' ' : String.fromCodePoint(codePoint));

/** Octets that are no UTF-8 stand for something, so they part what is beside them. */
function decodedOctets(octets: string): string {
  try {
    return decodeURIComponent(octets);
  } catch {
    return ' ';
  }
}

const withoutMarkup = (text: string): string =>
  text
    .replace(encodedOctets, decodedOctets)
    .replace(tag, ' ')
    .replace(characterNumber, (_, hexadecimal: string | undefined, decimal: string) =>
      characterOf(hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16)),
    )
    .replace(characterName, ' ');

/** Words written as one letter, of which NFKC makes up to eighteen; like any letter they end a number. */
const wordLetters = /[\ufdf0-\ufdfb]/g;

const asSeen = (text: string): string =>
  toPlainDigits(text.replace(wordLetters, 'x')).replace(invisible, '').replace(circled, plainCircled);

/** Whether a text can be read in a second way: with HTML tags and characters, or percent-encoding (RFC 3986, 2.1). */
export const mayHoldMarkup = (text: string): boolean => /[<&%]/.test(text);

/**
 * The ways in which a text can be read, with digits of every script made plain and what cannot be seen taken out: as it
 * stands, and with its markup resolved where it has any. Both count, since a tag can hold a number in an attribute.
 */
export function readingsOf(text: string): string[] {
  const resolved = mayHoldMarkup(text) ? withoutMarkup(text) : text;
  return resolved === text ? [asSeen(text)] : [asSeen(text), asSeen(resolved)];
}
