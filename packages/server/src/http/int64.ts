const canonical = /^(?:0|-?[1-9]\d{0,18})$/;
const bits = 64;

/**
 * What an id beyond JavaScript's exact integers becomes: ids are issued within them, from 1 up, so it names nothing
 * and an operation answers 404 as for any unknown id.
 */
const unissuedId = -1;

/** The number that a decimal text names, or `undefined` when it is no int64. Exact: nothing is rounded. */
export function parseInt64(text: string): number | undefined {
  if (!canonical.test(text)) return undefined;
  const exact = BigInt(text);
  if (BigInt.asIntN(bits, exact) !== exact) return undefined;
  const value = Number(exact);
  return Number.isSafeInteger(value) ? value : unissuedId;
}
