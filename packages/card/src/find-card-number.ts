import { allowsLength, brandOf, type CardBrand, longestPrefix } from './brand.ts';
import { type DigitRun, digitRunsOf, mostSeparators } from './digit-runs.ts';
import { isTradeItemNumber, withoutLookAlikes } from './look-alikes.ts';
import { doubled } from './number.ts';
import { isPrintedGrouping } from './printed-grouping.ts';
import { mayHoldMarkup, readingsOf } from './readable-text.ts';

const shortest = 13;
const longest = 19;

/** With its country code (ITU-T E.164); and as long as phone numbers that begin like cards really are. */
const longestPhone = 15;
const longestCountryCode = 3;
const longestPhoneInUse = 13;
const longestIndonesianPhone = 14;

/**
 * Whether free text holds a card number: 13 to 19 digits of any script that start like a known network's cards, have a
 * length that it uses and pass Luhn's check. In one piece, in any groups between spaces and dashes, or grouped as
 * printed between up to three characters that are no letters (docs/decisions/0017). HTML and percent-encoding are
 * resolved. UUIDs, IBANs, GTINs and phone numbers with a leading plus are let through. Takes linear time.
 */
export function containsCardNumber(text: string): boolean {
  if (!mayHoldNumber(text)) return false;
  return readingsOf(text).some((reading) =>
    digitRunsOf(withoutLookAlikes(reading), shortest).some((run) => holdsCardNumber(run)),
  );
}

const zero = 0x30;
const nine = 0x39;
const lastAscii = 0x7f;
const isLetter = (code: number): boolean => (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
/** Beyond ASCII one character can stand for up to three digits, such as a fraction's: thirteen need five. */
const fewestNumerals = /\p{N}(?:\P{N}*\p{N}){4}/u;

/**
 * Whether enough digits stand together, whatever stands between the groups. Lets most fields go at a twentieth of the
 * cost: names, addresses, times. Beyond ASCII anything may be a digit or invisible, and markup may stand anywhere.
 */
function mayHoldNumber(text: string): boolean {
  let all = 0;
  let together = 0;
  let gap = 0;
  for (let place = 0; place < text.length; place += 1) {
    const code = text.charCodeAt(place);
    if (code > lastAscii) return fewestNumerals.test(text);
    if (code >= zero && code <= nine) {
      all += 1;
      together += 1;
      gap = 0;
      if (together === shortest) return true;
    } else {
      gap += 1;
      if (gap > mostSeparators || isLetter(code)) together = 0;
    }
  }
  return all >= shortest && mayHoldMarkup(text);
}

/** Every stretch of whole groups is looked at: a number begins and ends where a group does. */
function holdsCardNumber(run: DigitRun): boolean {
  const { digits, groups } = run;
  const sums = luhnSums(digits);
  let foursBefore = 0;
  for (let first = 0; first < groups.length; first += 1) {
    if (beginsCardNumber(run, first, foursBefore, sums)) return true;
    foursBefore = sizeOf(run, first) === 4 ? foursBefore + 1 : 0;
  }
  return false;
}

const startOf = ({ digits, groups }: DigitRun, group: number): number => groups[group]?.start ?? digits.length;
const sizeOf = (run: DigitRun, group: number): number => startOf(run, group + 1) - startOf(run, group);

function beginsCardNumber(run: DigitRun, first: number, foursBefore: number, sums: LuhnSums): boolean {
  const { digits, groups } = run;
  const start = startOf(run, first);
  let brand: CardBrand | undefined;
  let isJoined = true;
  for (let next = first + 1; next <= groups.length; next += 1) {
    const end = startOf(run, next);
    const length = end - start;
    if (length > longest) return false;
    // The sum first: nine stretches in ten fail it, and it costs the least.
    if (length >= shortest && luhnHolds(sums, start, end)) {
      brand ??= brandOf(digits.slice(start, start + longestPrefix).join(''));
      if (brand === undefined) return false;
      if (allowsLength(brand, length) && isWrittenAsCard(run, { first, next, foursBefore, isJoined })) return true;
    }
    isJoined &&= groups[next]?.isJoined ?? true;
  }
  return false;
}

/** Groups from `first` up to before `next`; whether only spaces and dashes part them. */
type Stretch = { first: number; next: number; foursBefore: number; isJoined: boolean };

/** Digits that can be a card's number may still be a phone's, an article's, or some of a list of others. */
function isWrittenAsCard(run: DigitRun, { first, next, foursBefore, isJoined }: Stretch): boolean {
  const { digits, groups } = run;
  const number = digits.slice(startOf(run, first), startOf(run, next));
  const isPhoneSized = number.length <= longestPhone;
  if (groups[first]?.hasPlus && number.length <= longestPhoneOf(number)) return false;
  if (next - first === 1) return !isTradeItemNumber(number);
  if (isJoined && !(isPhoneSized && isDialled(run, first))) return true;
  return isPrintedGrouping({
    sizes: groups.slice(first, next).map((_, offset) => sizeOf(run, first + offset)),
    sizeBefore: first === 0 ? 0 : sizeOf(run, first - 1),
    sizeBehind: next === groups.length ? 0 : sizeOf(run, next),
    foursBefore,
  });
}

/** Whether a plus stands before the group, or before a country code before it. */
const isDialled = (run: DigitRun, group: number): boolean =>
  run.groups[group]?.hasPlus === true ||
  (run.groups[group - 1]?.hasPlus === true && sizeOf(run, group - 1) <= longestCountryCode);

const longestPhoneOf = ([first, second]: readonly number[]): number =>
  first === 6 && second === 2 ? longestIndonesianPhone : longestPhoneInUse;

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
