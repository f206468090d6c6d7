import type { Context } from '../../context.ts';
import type { BulkDataOperation } from '../../contract/bulk-data-operation.ts';
import { cancelTask } from '../../store/background-tasks.ts';
import { insertTrail } from '../../store/trail.ts';
import { openTaskInput } from '../background-tasks/order.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { operation } from '../operation.ts';
import { findBulkDataOperation } from './find.ts';
import { presentBulkDataOperation } from './present.ts';
import type { OperationInput } from './progress.ts';
import { orderTrail } from './trail.ts';

/**
 * Ends an operation early; what it has done stays, and can be undone. One that is at work ends with the stretch at hand;
 * one that is over is answered as it is. Throws 404 for an unknown id.
 */
export const cancelBulkDataOperation = operation(
  'BULK_WRITE',
  async (ctx: Context, { id }: { id: string }): Promise<BulkDataOperation> => {
    refuseLimitedCaller(ctx, 'BULK_WRITE');
    const found = await findBulkDataOperation(ctx, id);
    const at = ctx.now();
    return ctx.db.transaction(ctx.tenant.tenantId, async (tx) => {
      const state = found.cancel_requested_at ? null : await cancelTask(tx, id, at);
      const asked = { cancel_requested_at: at, ...(state === 'cancelled' ? { ended_at: at } : {}) };
      const task = state ? { ...found, state, ...asked } : await findBulkDataOperation(ctx, id);
      const shown = presentBulkDataOperation(ctx, task);
      if (state) {
        const input = openTaskInput(ctx, found) as OperationInput;
        await insertTrail(tx, orderTrail(ctx, 'bulk_data_operation.cancelled', id, input));
      }
      await keepAnswerIn(tx, ctx, shown);
      return shown;
    });
  },
);
