import { OnfileError, termArgument } from '../errors.ts';

/** A rotation that lasts longer leaves two secrets in use, which is no rotation. */
const longestOverlapDays = 30;
const longestOverlapMs = longestOverlapDays * 86_400_000;

export const defaultOverlapMs = 86_400_000;

/** Throws 400, reference `overlap`, for a time below zero or longer than 30 days, in milliseconds. */
export function checkOverlap(overlapMs: number): void {
  if (Number.isInteger(overlapMs) && overlapMs >= 0 && overlapMs <= longestOverlapMs) return;
  throw new OnfileError('errormessage.validation.term.range', {
    reference: 'overlap',
    args: [termArgument(0, 'DAY'), termArgument(longestOverlapDays, 'DAY')],
  });
}
