import type { Context } from '../../context.ts';
import { closeUpload } from '../../store/bulk-load-chunks.ts';
import { insertTrail } from '../../store/trail.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { operation } from '../operation.ts';
import { findBulkLoad, wrongState } from './find.ts';
import { requireLoading, requireOwnLoad } from './may-load.ts';
import { presentBulkLoad, type ShownBulkLoad } from './present.ts';
import { bulkLoadTrail } from './trail.ts';

/**
 * Says that the file is complete: the load begins as soon as a worker is free. Throws 404, 409 when it is not open, and
 * 403 for any caller but the one who opened it.
 */
export const startBulkLoad = operation(
  'BULK_WRITE',
  async (ctx: Context, { id }: { id: string }): Promise<ShownBulkLoad> => {
    const found = await findBulkLoad(ctx, id);
    const { load } = presentBulkLoad(ctx, found);
    requireLoading(ctx, load);
    requireOwnLoad(ctx, found);
    const dueAt = ctx.now();
    return ctx.db.transaction(ctx.tenant.tenantId, async (tx) => {
      const closed = await closeUpload(tx, id, dueAt);
      if (!closed) throw wrongState(await findBulkLoad(ctx, id));
      await insertTrail(tx, bulkLoadTrail(ctx, 'bulk_load.started', id));
      const shown = presentBulkLoad(ctx, { ...found, ...closed, state: 'waiting', due_at: dueAt });
      await keepAnswerIn(tx, ctx, shown);
      return shown;
    });
  },
);
