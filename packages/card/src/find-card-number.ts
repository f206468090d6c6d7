import { allowsLength, brandOf, longestPrefix } from './brand.ts';
import { toPlainDigits } from './digits.ts';
import { withoutLookAlikes } from './look-alikes.ts';
import { doubled } from './number.ts';

const shortest = 13;
const longest = 19;
/** Room between two groups of one number for `1111 - 1111`, and no more. */
const mostSeparators = 3;
/** The longest phone number with its country code (ITU-T E.164). */
const longestPhone = 15;

const invisible = /[\p{Cf}\p{M}]/gu;
const separator = /[\s\p{Pd}\p{Pc}./\u2212\u2044\u2215\u00b7\u2022]/gu;

/**
 * Whether free text holds a card number: 13 to 19 digits of any script, in one group or several with up to three
 * separators between them (spaces, dashes, dots, slashes, underscores; invisible characters do not count), that start
 * like a known network's cards, have a length that it uses and pass Luhn's check. A number begins and ends where a
 * group of digits does. UUIDs, IBANs and phone numbers with a leading plus are let through. Takes linear time.
 */
export const containsCardNumber = (text: string): boolean => {
  if (!mayHoldNumber(text)) return false;
  const visible = toPlainDigits(text).replace(invisible, '');
  return runsOfDigits(withoutLookAlikes(visible).replace(separator, ' ')).some(holdsCardNumber);
};

const lastAscii = 0x7f;
const isLetter = (code: number): boolean => (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;

/**
 * Whether enough digits stand together, whatever stands between the groups. Lets most fields go at a twentieth of the
 * cost: names, addresses, times. Beyond ASCII anything may be a digit or invisible, so that is looked into.
 */
const mayHoldNumber = (text: string): boolean => {
  let digits = 0;
  let gap = 0;
  for (let place = 0; place < text.length; place += 1) {
    const code = text.charCodeAt(place);
    if (code > lastAscii) return true;
    if (code >= zero && code <= nine) {
      digits += 1;
      gap = 0;
      if (digits === shortest) return true;
    } else {
      gap += 1;
      if (gap > mostSeparators || isLetter(code)) digits = 0;
    }
  }
  return false;
};

/** Groups of digits that may be one number: the digits, the place where each group starts, a plus before the first. */
type Run = { digits: number[]; groups: number[]; plus: boolean };

const zero = 0x30;
const nine = 0x39;
const space = 0x20;

// A loop, because a regular expression that takes a run of a million groups can exhaust its stack.
const runsOfDigits = (text: string): Run[] => {
  const runs: Run[] = [];
  let run: Run | undefined;
  let gap = 0;
  for (let place = 0; place < text.length; place += 1) {
    const code = text.charCodeAt(place);
    if (code >= zero && code <= nine) {
      if (!run) runs.push((run = { digits: [], groups: [], plus: text[place - 1] === '+' }));
      if (gap > 0 || run.digits.length === 0) run.groups.push(run.digits.length);
      run.digits.push(code - zero);
      gap = 0;
    } else {
      gap += 1;
      if (code !== space || gap > mostSeparators) run = undefined;
    }
  }
  return runs.filter(({ digits }) => digits.length >= shortest);
};

const holdsCardNumber = ({ digits, groups, plus }: Run): boolean => {
  const sums = luhnSums(digits);
  return groups.some((start, index) => {
    const brand = brandOf(digits.slice(start, start + longestPrefix).join(''));
    if (brand === undefined) return false;
    const least = plus && index === 0 ? longestPhone + 1 : shortest;
    for (let next = index + 1; next <= groups.length; next += 1) {
      const end = groups[next] ?? digits.length;
      const length = end - start;
      if (length > longest) return false;
      if (length >= least && allowsLength(brand, length) && luhnHolds(sums, start, end)) return true;
    }
    return false;
  });
};

/** Running Luhn sums, one with the digits at even places doubled and one with those at odd places. */
type LuhnSums = readonly [evenDoubled: number[], oddDoubled: number[]];

// With running sums each window costs one subtraction, however the groups are cut.
const luhnSums = (digits: readonly number[]): LuhnSums => {
  const sums: LuhnSums = [[0], [0]];
  digits.forEach((digit, place) => {
    const even = place % 2 === 0;
    sums[0].push((sums[0][place] ?? 0) + (even ? doubled(digit) : digit));
    sums[1].push((sums[1][place] ?? 0) + (even ? digit : doubled(digit)));
  });
  return sums;
};

// The check digit stands at end - 1 and is not doubled; the one before it is.
const luhnHolds = (sums: LuhnSums, start: number, end: number): boolean => {
  const running = end % 2 === 0 ? sums[0] : sums[1];
  return ((running[end] ?? 0) - (running[start] ?? 0)) % 10 === 0;
};
