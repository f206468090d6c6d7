import { decimalArgument, OnfileError } from '../errors.ts';

/** The refusal of a number: with a least value, with a greatest one, or with both. */
export function outOfRange(
  { least, most }: { least?: number | undefined; most?: number | undefined },
  reference: string | undefined,
): OnfileError {
  const at = reference === undefined ? {} : { reference };
  if (least !== undefined && most !== undefined) {
    return new OnfileError('errormessage.validation.range', {
      ...at,
      args: [decimalArgument(least), decimalArgument(most)],
    });
  }
  if (least !== undefined) {
    return new OnfileError('errormessage.validation.minimum', { ...at, args: [decimalArgument(least)] });
  }
  if (most !== undefined) {
    return new OnfileError('errormessage.validation.maximum', { ...at, args: [decimalArgument(most)] });
  }
  return new OnfileError('errormessage.validation.value', at);
}
