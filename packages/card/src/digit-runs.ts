/** Room between two groups of one number for `1111 - 1111`, and no more. */
export const mostSeparators = 3;

/** A group of digits within a run. */
export type DigitGroup = {
  /** The place of its first digit in the run. */
  start: number;
  /** Whether only spaces and dashes part it from the group before. */
  isJoined: boolean;
  /** Whether a plus stands right before it, as before a phone number. */
  hasPlus: boolean;
};

/** Groups of digits that may be one number: nothing but up to three characters, none a letter, stands between two. */
export type DigitRun = { digits: number[]; groups: DigitGroup[] };

const zero = 0x30;
const nine = 0x39;
const space = 0x20;
const plus = 0x2b;
const other = ',';
const otherCode = 0x2c;

const joining = /[\s\p{Pd}\u2212]/gu;
const parting = /[^\p{L}\p{N} +]/gu;

/** The runs of ASCII digits in a text that have so many digits at least. */
export function digitRunsOf(text: string, leastDigits: number): DigitRun[] {
  const marked = text.replace(joining, ' ').replace(parting, other);
  const runs: DigitRun[] = [];
  let run: DigitRun | undefined;
  let gap = 0;
  let isJoined = true;
  // A loop, because a regular expression that takes a run of a million groups can exhaust its stack.
  for (let place = 0; place < marked.length; place += 1) {
    const code = marked.charCodeAt(place);
    if (code >= zero && code <= nine) {
      if (!run) runs.push((run = { digits: [], groups: [] }));
      if (gap > 0 || run.digits.length === 0) {
        run.groups.push({ start: run.digits.length, isJoined, hasPlus: marked.charCodeAt(place - 1) === plus });
      }
      run.digits.push(code - zero);
      gap = 0;
      isJoined = true;
    } else {
      gap += 1;
      if (code !== space) isJoined = false;
      const isSeparator = code === space || code === plus || code === otherCode;
      if (!isSeparator || gap > mostSeparators) run = undefined;
    }
  }
  return runs.filter(({ digits }) => digits.length >= leastDigits);
}
