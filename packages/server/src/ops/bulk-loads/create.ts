import type { Context } from '../../context.ts';
import type { BulkLoadOrder } from '../../contract/bulk-load.ts';
import { insertTrail } from '../../store/trail.ts';
import { newTaskId, orderTask } from '../background-tasks/order.ts';
import { refuseCardNumbers } from '../card-number-scan.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { operation } from '../operation.ts';
import { kind } from './find.ts';
import { requireLoading } from './may-load.ts';
import { presentBulkLoad, type ShownBulkLoad } from './present.ts';
import { atBeginning, type BulkLoadInput } from './progress.ts';
import { bulkLoadTrail } from './trail.ts';

/**
 * Opens a bulk load for the parts of a file. The load is done on the account of who opens it, who so needs the scopes
 * of what it does; throws 403 without them, 400 for a card number in the order.
 */
export const createBulkLoad = operation(
  'BULK_WRITE',
  async (ctx: Context, { body }: { body: BulkLoadOrder }): Promise<ShownBulkLoad> => {
    requireLoading(ctx, body);
    refuseCardNumbers(body);
    const taskId = newTaskId(kind);
    const input: BulkLoadInput = {
      ...body,
      compression: body.compression ?? 'none',
      mode: body.mode ?? 'upsert',
      dry_run: body.dry_run ?? false,
      missing_contacts: body.missing_contacts ?? 'refuse',
    };
    return ctx.db.transaction(ctx.tenant.tenantId, async (tx) => {
      const task = await orderTask(tx, ctx, { taskId, kind, state: 'open', input, progress: atBeginning });
      await insertTrail(tx, bulkLoadTrail(ctx, 'bulk_load.created', taskId));
      const shown = presentBulkLoad(ctx, task);
      await keepAnswerIn(tx, ctx, shown);
      return shown;
    });
  },
);
