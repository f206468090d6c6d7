import type { Context } from '../../context.ts';
import type { BulkDataOperation, BulkDataOperationOrder } from '../../contract/bulk-data-operation.ts';
import { insertTrail } from '../../store/trail.ts';
import { newTaskId, orderTask } from '../background-tasks/order.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { operation } from '../operation.ts';
import { checkOrder } from './check-order.ts';
import { kind } from './find.ts';
import { presentBulkDataOperation } from './present.ts';
import { atBeginning, type OperationInput } from './progress.ts';
import { orderTrail } from './trail.ts';

/**
 * Orders a change or deletion of all records that a filter selects, to be done in the background on the account of who
 * orders it. Throws 403 without the scopes of what it does, 400 for an order that contradicts itself.
 */
export const orderBulkDataOperation = operation(
  'BULK_WRITE',
  async (ctx: Context, { body }: { body: BulkDataOperationOrder }): Promise<BulkDataOperation> =>
    orderOperation(ctx, await checkOrder(ctx, body)),
);

/** Hands an operation to the workers: task, trail and kept answer in one transaction. */
export async function orderOperation(ctx: Context, input: OperationInput): Promise<BulkDataOperation> {
  const taskId = newTaskId(kind);
  return ctx.db.transaction(ctx.tenant.tenantId, async (tx) => {
    const task = await orderTask(tx, ctx, { taskId, kind, state: 'waiting', input, progress: atBeginning(input) });
    await insertTrail(tx, orderTrail(ctx, 'bulk_data_operation.ordered', taskId, input));
    const shown = presentBulkDataOperation(ctx, task);
    await keepAnswerIn(tx, ctx, shown);
    return shown;
  });
}
