import { OnfileError, stringArgument } from '../errors.ts';

/** A rotation that lasts longer leaves two secrets in use, which is no rotation. */
const longestOverlapMs = 30 * 86_400_000;

export const defaultOverlapMs = 86_400_000;

/** Throws 400, reference `overlap`, for a time below zero or longer than 30 days, in milliseconds. */
export function checkOverlap(overlapMs: number): void {
  if (Number.isInteger(overlapMs) && overlapMs >= 0 && overlapMs <= longestOverlapMs) return;
  throw new OnfileError('errormessage.validation.range', {
    reference: 'overlap',
    args: [stringArgument('0'), stringArgument('30d')],
  });
}
