import type { Context } from '../../context.ts';
import type { RestoreOrder, SnapshotRestore } from '../../contract/configuration-snapshot.ts';
import { findSnapshot } from '../configuration-snapshots/find.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { operation } from '../operation.ts';
import { orderRestore, requireRestoreScopes } from './order.ts';

/**
 * Orders that the tenant becomes again what a snapshot of it says. Throws 404 when the tenant has none of that id, 403
 * for a scope that changing the same by hand would need.
 */
export const createSnapshotRestore = operation(
  'SNAPSHOT_WRITE',
  async (ctx: Context, { id, body }: { id: string; body: RestoreOrder }): Promise<SnapshotRestore> => {
    const { with_records: withRecords = false, dry_run: dryRun = false } = body;
    requireRestoreScopes(ctx, withRecords);
    const snapshot = await findSnapshot(ctx, id);
    return ctx.db.transaction(ctx.tenant.tenantId, async (tx) => {
      const shown = await orderRestore(tx, ctx, snapshot, { withRecords, dryRun });
      await keepAnswerIn(tx, ctx, shown);
      return shown;
    });
  },
);
