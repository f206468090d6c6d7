import type { Context } from '../../context.ts';
import type { Claims } from './claims.ts';
import type { OperationInput } from './progress.ts';
import { selectedWork } from './selected-work.ts';
import { undoneWork } from './undone-work.ts';
import type { Verdict } from './verdict.ts';

/** How the work of one operation is found and judged, stretch by stretch in the order of the records' ids. */
export type Work = {
  /** How many records it is about, as of now. */
  count: () => Promise<number>;
  /**
   * The verdicts on the records after a place, '' at the beginning, at most so many; none when there are no more. What
   * is judged and not written before the next is judged has to have its `claimed` ids in common.
   */
  judgeAfter: (place: string, limit: number, claimed?: Claims) => Promise<Verdict[]>;
};

/** The work that an operation was ordered to do; `orderedAt` is when. */
export function workOf(ctx: Context, operationId: string, input: OperationInput, orderedAt: Date): Work {
  return input.kind === 'undo'
    ? undoneWork(ctx, operationId, input.undoes)
    : selectedWork(ctx, operationId, input, orderedAt);
}
