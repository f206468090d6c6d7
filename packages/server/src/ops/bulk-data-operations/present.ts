import type { Context } from '../../context.ts';
import type { BulkDataOperation } from '../../contract/bulk-data-operation.ts';
import type { TaskRow } from '../../store/background-tasks.ts';
import { openTaskInput } from '../background-tasks/order.ts';
import { presentTask } from '../background-tasks/present.ts';
import type { OperationInput, OperationProgress } from './progress.ts';

/** The operation as the Records API shows it. */
export function presentBulkDataOperation(ctx: Pick<Context, 'tenant' | 'keys'>, task: TaskRow): BulkDataOperation {
  const { selected, changed, unchanged, failed, skipped } = task.progress as OperationProgress;
  return {
    ...presentTask(task),
    ...presentOrder(openTaskInput(ctx, task) as OperationInput),
    // Its input is there from the beginning: it is never open.
    state: task.state === 'open' ? 'waiting' : task.state,
    selected: selected ?? undefined,
    processed: changed + unchanged + failed + skipped,
    changed,
    unchanged,
    failed,
    skipped,
  };
}

type ShownOrder = Pick<BulkDataOperation, 'kind' | 'undoes' | 'filter' | 'all' | 'patch' | 'reason'>;

/** What was ordered. Values of a patch may be tokens or names, and are not shown. */
export function presentOrder(input: OperationInput): ShownOrder {
  const { kind, reason } = input;
  if (input.kind === 'undo') return { kind, reason, undoes: input.undoes };
  const isAll = Object.keys(input.filter).length === 0;
  const patch = input.kind === 'change' ? input.patch.map(({ op, path, from }) => ({ op, path, from })) : undefined;
  return { kind, reason, ...(isAll ? { all: true } : { filter: input.filter }), ...(patch ? { patch } : {}) };
}
