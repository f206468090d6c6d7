/**
 * How card numbers are grouped where they are printed or split into columns, by the sizes of the groups: in fours, some
 * of them run together, American Express 4-6-5, Diners Club 4-6-4, UnionPay 6-13.
 */
const printed: ReadonlySet<string> = new Set(
  (
    '4-4-5 4-4-4-1 4-6-4 4-4-4-2 4-6-5 4-5-6 4-4-4-3 4-4-4-4 4-8-4 4-4-8 8-4-4 4-12 12-4 4-4-4-5 4-4-4-4-1 4-4-4-6 ' +
    '4-4-4-4-2 4-4-4-7 4-4-4-4-3 6-13'
  ).split(' '),
);

/** Groups of digits side by side, and how many of the size of their neighbour stand before and behind them. */
export type Grouping = { sizes: readonly number[]; sizeBefore: number; sizeBehind: number; foursBefore: number };

const isOne = (size: number): boolean => size === 1;

/**
 * Whether groups that commas, dots or the like part are as those of a printed number. Digit by digit it must be the whole
 * list. In a long list of fours a number is looked for where every fourth begins, or behind one group before it.
 */
export function isPrintedGrouping({ sizes, sizeBefore, sizeBehind, foursBefore }: Grouping): boolean {
  if (sizes.every(isOne)) return !isOne(sizeBefore) && !isOne(sizeBehind);
  return printed.has(sizes.join('-')) && (foursBefore <= 1 || foursBefore % 4 === 0);
}
