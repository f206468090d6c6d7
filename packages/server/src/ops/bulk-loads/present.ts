import type { Context } from '../../context.ts';
import type { BulkLoad } from '../../contract/bulk-load.ts';
import { errorKept } from '../../contract/kept-error.ts';
import type { OnfileError } from '../../errors.ts';
import type { TaskRow, TaskState } from '../../store/background-tasks.ts';
import { openTaskInput } from '../background-tasks/order.ts';
import { presentTask } from '../background-tasks/present.ts';
import { type BulkLoadInput, type BulkLoadProgress, processedRows } from './progress.ts';

/** A load in the words of the contract, and what ended it when it failed as a whole: texts depend on the language. */
export type ShownBulkLoad = { load: BulkLoad; failure: OnfileError | null };

const shownState = (state: TaskState): BulkLoad['state'] => (state === 'waiting' ? 'uploaded' : state);

export function presentBulkLoad(ctx: Pick<Context, 'tenant' | 'keys'>, task: TaskRow): ShownBulkLoad {
  const input = openTaskInput(ctx, task) as BulkLoadInput;
  const progress = task.progress as BulkLoadProgress;
  const { created, updated, unchanged, failed, rows, failure } = progress;
  const processed = processedRows(progress);
  return {
    load: {
      ...presentTask(task),
      ...input,
      state: shownState(task.state),
      bytes: progress.bytes,
      rows: rows ?? undefined,
      processed,
      succeeded: created + updated,
      created,
      updated,
      unchanged,
      failed,
      unprocessed: Math.max((rows ?? processed) - processed, 0),
    },
    failure: failure ? errorKept(failure) : null,
  };
}
