/** Random values that are the same in every run, so that a rate measured once can be measured again. */
export type SeededRandom = {
  /** A whole number from `least` to `most`, both included. */
  integer(least: number, most: number): number;
  pick<Value>(values: readonly Value[]): Value;
  /** So many characters of an alphabet. */
  text(alphabet: string, length: number): string;
  digits(length: number): string;
  /** `9` stands for a digit, `f` for one in hexadecimal; the rest stays. */
  shape(pattern: string): string;
};

/** Mulberry32: 32 bits of state, even enough to draw samples with. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (least: number, most: number): number => least + Math.floor(fraction() * (most - least + 1));
  const pick = <Value>(values: readonly Value[]): Value => values[integer(0, values.length - 1)] as Value;
  const text = (alphabet: string, length: number): string =>
    Array.from({ length }, () => alphabet[integer(0, alphabet.length - 1)]).join('');
  return {
    integer,
    pick,
    text,
    digits: (length) => text('0123456789', length),
    shape: (pattern) =>
      pattern.replaceAll(/[9f]/g, (mark) => text(mark === '9' ? '0123456789' : '0123456789abcdef', 1)),
  };
}
