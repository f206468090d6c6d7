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
const plus = 0x2b;

/** Letters and other numbers end a run; spaces and dashes join two groups; anything else parts them. */
const ends = 1;
const joins = 2;
const parts = 3;
const joining = /[\s\p{Pd}\u2212]/u;
const ending = /[\p{L}\p{N}]/u;
/** Found once for each character of the basic plane: regular expressions over a whole text cost ten times as much. */
const kinds = new Uint8Array(0x10000);

function kindOf(codePoint: number): number {
  const known = kinds[codePoint];
  if (known) return known;
  const character = String.fromCodePoint(codePoint);
  const kind = joining.test(character) ? joins : ending.test(character) ? ends : parts;
  if (codePoint < kinds.length) kinds[codePoint] = kind;
  return kind;
}

/** The runs of ASCII digits in a text that have so many digits at least. */
export function digitRunsOf(text: string, leastDigits: number): DigitRun[] {
  const runs: DigitRun[] = [];
  let run: DigitRun | undefined;
  let gap = 0;
  let isJoined = true;
  let before = 0;
  for (let place = 0; place < text.length; place += before > 0xffff ? 2 : 1) {
    const code = text.codePointAt(place) ?? 0;
    if (code >= zero && code <= nine) {
      if (!run) run = { digits: [], groups: [] };
      if (gap > 0 || run.digits.length === 0) {
        run.groups.push({ start: run.digits.length, isJoined, hasPlus: before === plus });
      }
      run.digits.push(code - zero);
      if (run.digits.length === leastDigits) runs.push(run);
      gap = 0;
      isJoined = true;
    } else {
      gap += 1;
      const kind = kindOf(code);
      if (kind !== joins) isJoined = false;
      if (kind === ends || gap > mostSeparators) run = undefined;
    }
    before = code;
  }
  return runs;
}
