import { allowsLength, brandOf } from '../src/brand.ts';
import { passesLuhn } from '../src/number.ts';
import { publishedCards } from './published-numbers.ts';
import type { SeededRandom } from './seeded-random.ts';

type Writing = (number: string, random: SeededRandom) => string;

/** As printed on cards: American Express 4-6-5, Diners Club 4-6-4, all others in fours. */
export function printedGroups(number: string): string[] {
  const sizes = number.length === 15 ? [4, 6, 5] : number.length === 14 ? [4, 6, 4] : [4, 4, 4, 4, 3];
  let start = 0;
  return sizes.map((size) => number.slice(start, (start += size))).filter((group) => group !== '');
}

const between =
  (separator: string): Writing =>
  (number) =>
    printedGroups(number).join(separator);

const digitsFrom =
  (zero: number, separator = ' '): Writing =>
  (number) =>
    printedGroups(number)
      .join(separator)
      .replaceAll(/[0-9]/g, (digit) => String.fromCodePoint(zero + Number(digit)));

const oneByOne =
  (separator: string): Writing =>
  (number) =>
    number.split('').join(separator);

const pureSeparators = [' ', '-', '\u00a0', '\u2009', '\u2013', '\t', '\u200b', ' - '];
const otherSeparators = ['.', ',', ':', '/', '_', ', ', ' '];

const randomGroups: Writing = (number, random) =>
  number
    .split('')
    .map((digit, place) => (place > 0 ? random.pick(['', '', '', ...pureSeparators]) : '') + digit)
    .join('');

const mixed: Writing = (number, random) =>
  printedGroups(number)
    .map((group, place) => (place > 0 ? random.pick(otherSeparators) : '') + group)
    .join('');

const percent = (text: string): string =>
  [...new TextEncoder().encode(text)].map((octet) => `%${octet.toString(16).padStart(2, '0')}`).join('');

/** The ways in which people and systems write a card number in a text, each a class of its own. */
export const writings: Readonly<Record<string, Writing>> = {
  'in one piece': (number) => number,
  spaces: between(' '),
  'two spaces': between('  '),
  'no-break spaces': between('\u00a0'),
  'narrow no-break spaces': between('\u202f'),
  'thin spaces': between('\u2009'),
  'ideographic spaces': between('\u3000'),
  tabs: between('\t'),
  lines: between('\r\n'),
  dashes: between('-'),
  'en dashes': between('\u2013'),
  'no-break hyphens': between('\u2011'),
  'minus signs': between('\u2212'),
  'dashes in spaces': between(' - '),
  'zero-width spaces': between('\u200b'),
  'soft hyphens': between('\u00ad'),
  dots: between('.'),
  'middle dots': between('\u00b7'),
  commas: between(','),
  'commas and spaces': between(', '),
  'Arabic commas': between('\u060c'),
  colons: between(':'),
  semicolons: between(';'),
  slashes: between('/'),
  backslashes: between('\\'),
  underscores: between('_'),
  bars: between(' | '),
  asterisks: between('*'),
  'plus signs': between('+'),
  'equals signs': between('='),
  emoji: between('\u{1f4b3}'),
  parentheses: (number) => `(${printedGroups(number).join(')(')})`,
  'quoted cells': (number) => `"${printedGroups(number).join('","')}"`,
  'mixed separators': mixed,
  'groups of any size': randomGroups,
  'digit by digit, spaces': oneByOne(' '),
  'digit by digit, commas': oneByOne(','),
  'full-width digits': digitsFrom(0xff10),
  'Arabic-Indic digits': digitsFrom(0x0660, ''),
  'Persian digits': digitsFrom(0x06f0),
  'Devanagari digits': digitsFrom(0x0966),
  'mathematical digits': digitsFrom(0x1d7d8),
  keycaps: (number) =>
    number
      .split('')
      .map((digit) => `${digit}\ufe0f\u20e3`)
      .join(''),
  'HTML tags': (number) => `<tr><td>${printedGroups(number).join('</td><td>')}</td></tr>`,
  'HTML tags and spaces': (number) => `<b>${printedGroups(number).join('</b>\n  <b class="n">')}</b>`,
  'HTML character names': between('&nbsp;'),
  'HTML character numbers': (number) =>
    number
      .split('')
      .map((digit) => `&#${digit.charCodeAt(0)};`)
      .join(''),
  'percent-encoded spaces': between('%20'),
  'percent-encoded altogether': (number) => percent(printedGroups(number).join(' ')),
  'a URL': (number) => `https://shop.example/pay?card=${number}&cvc=123`,
  'inside a word': (number) => `PAN${number}X`,
  'after a plus': (number) => `+${number}`,
  'grouped after a plus': (number) => `+${printedGroups(number).join(' ')}`,
  'expiry and code behind': (number) => `${printedGroups(number).join(' ')} 12/27 123`,
  'a line of CSV': (number) => `17,${printedGroups(number).join(',')},12,2027,123`,
  'piece in a line of CSV': (number) => `2026-11-22,${number},12/27,123,45.00`,
  'a date and a sum before': (number) => `paid 12.50 on 2026-11-22: ${printedGroups(number).join(' ')}`,
  'between others': (number) => `7 ${printedGroups(number).join('-')} 7`,
  'two in one text': (number) => `4111111111111112, ${printedGroups(number).join(',')}`,
  'in the shape of a UUID': (number) =>
    number.padStart(32, '0').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
};

/** What the shape of a UUID cuts elsewhere than between digits of the number, so that zeros join it: only 16 fit. */
export const fits = (writing: string, number: string): boolean =>
  writing !== 'in the shape of a UUID' || number.length === 16;

const prefixes = '4 51 55 2221 2720 34 37 300 36 38 6011 644 65 3528 3589 620 8171 6771 50 58 2200 637095 606282 9792';

/** Published numbers of every network, and drawn ones of every network and length from 13 digits up. */
export function cardNumbers(random: SeededRandom): string[] {
  const drawn = prefixes.split(' ').flatMap((prefix) =>
    [13, 14, 15, 16, 17, 18, 19].flatMap((length) => {
      const body = prefix + random.digits(length - 1 - prefix.length);
      const brand = brandOf(body);
      const number = '0123456789'
        .split('')
        .map((digit) => body + digit)
        .find((candidate) => passesLuhn(candidate));
      return number !== undefined && brand !== undefined && allowsLength(brand, length) ? [number] : [];
    }),
  );
  return [...Object.keys(publishedCards), '4111111111111111', ...drawn];
}
