import type { Context } from '../../context.ts';
import { cancelTask } from '../../store/background-tasks.ts';
import { deleteChunks } from '../../store/bulk-load-chunks.ts';
import { insertTrail } from '../../store/trail.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { operation } from '../operation.ts';
import { findBulkLoad, wrongState } from './find.ts';
import { presentBulkLoad, type ShownBulkLoad } from './present.ts';
import { bulkLoadTrail } from './trail.ts';

/**
 * Cancels a load: at once when it has not begun, else after the batch at hand; what is written stays. Throws 404, and 409
 * when it is over.
 */
export const cancelBulkLoad = operation(
  'BULK_WRITE',
  async (ctx: Context, { id }: { id: string }): Promise<ShownBulkLoad> => {
    refuseLimitedCaller(ctx, 'BULK_WRITE');
    const found = await findBulkLoad(ctx, id);
    const at = ctx.now();
    return ctx.db.transaction(ctx.tenant.tenantId, async (tx) => {
      const state = await cancelTask(tx, id, at);
      if (state === null) throw wrongState(await findBulkLoad(ctx, id));
      const isOver = state === 'cancelled';
      if (isOver) await deleteChunks(tx, id);
      await insertTrail(tx, bulkLoadTrail(ctx, 'bulk_load.cancelled', id));
      const shown = presentBulkLoad(ctx, { ...found, state, cancel_requested_at: at, ended_at: isOver ? at : null });
      await keepAnswerIn(tx, ctx, shown);
      return shown;
    });
  },
);
