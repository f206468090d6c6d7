import type { Context } from '../../context.ts';
import { cancelAbandonedLoads, deleteChunksOfEndedLoads } from '../../store/bulk-load-chunks.ts';
import { insertTrail } from '../../store/trail.ts';
import { bulkLoadTrail } from './trail.ts';

const abandonedAfterMs = 24 * 3_600_000;

/** Cancels loads that were opened a day ago and never started, and destroys what was received of loads that are over. */
export async function sweepBulkLoads(ctx: Context): Promise<void> {
  const { tenantId } = ctx.tenant;
  const now = ctx.now();
  const before = new Date(now.getTime() - abandonedAfterMs);
  await ctx.db.transaction(tenantId, async (tx) => {
    const cancelled = await cancelAbandonedLoads(tx, before, now);
    for (const id of cancelled) await insertTrail(tx, bulkLoadTrail(ctx, 'bulk_load.cancelled', id));
  });
  await deleteChunksOfEndedLoads(ctx.db, tenantId);
}
