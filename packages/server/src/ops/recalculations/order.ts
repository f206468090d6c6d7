import type { Context } from '../../context.ts';
import { postponeWaitingTask, type TaskRow } from '../../store/background-tasks.ts';
import type { Transaction } from '../../store/database.ts';
import { newTaskId, orderTask } from '../background-tasks/order.ts';
import { atBeginning } from './progress.ts';

export const kind = 'recalculation';

/** Other processes go on for half a second with the definitions that they know. */
const delayMs = 2_000;

/**
 * Orders that all records are calculated anew, and found by what they now hold, in the transaction that changes a
 * definition. One that waits does for all changes until it begins; one that runs is followed by another.
 */
export async function orderRecalculation(tx: Transaction, ctx: Context): Promise<TaskRow> {
  const dueAt = new Date(ctx.now().getTime() + delayMs);
  const waiting = await postponeWaitingTask(tx, kind, dueAt);
  if (waiting) return waiting;
  const taskId = newTaskId(kind);
  return orderTask(tx, ctx, { taskId, kind, state: 'waiting', input: {}, progress: atBeginning, dueAt });
}
