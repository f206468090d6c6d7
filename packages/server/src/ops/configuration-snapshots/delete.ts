import type { Context } from '../../context.ts';
import type { SnapshotSummary } from '../../contract/configuration-snapshot.ts';
import { deleteSnapshot } from '../../store/configuration-snapshots.ts';
import { insertTrail } from '../../store/trail.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { operation } from '../operation.ts';
import { trailOf } from '../trail.ts';
import { snapshotNotFound } from './find.ts';
import { presentSummary } from './present.ts';

/**
 * Deletes a snapshot. What was restored from it stays as it is, and a restore that was ordered goes on. Throws 404 when
 * the tenant has none of that id.
 */
export const deleteConfigurationSnapshot = operation(
  'SNAPSHOT_WRITE',
  async (ctx: Context, { id }: { id: string }): Promise<SnapshotSummary> => {
    refuseLimitedCaller(ctx, 'SNAPSHOT_WRITE');
    const at = ctx.now();
    return ctx.db.transaction(ctx.tenant.tenantId, async (tx) => {
      const row = await deleteSnapshot(tx, id, at);
      if (!row) throw snapshotNotFound();
      const shown = presentSummary(row);
      const subject = { kind: 'configuration_snapshot', id };
      await insertTrail(tx, trailOf(ctx, { action: 'configuration_snapshot.deleted', at, subject }));
      await keepAnswerIn(tx, ctx, shown);
      return shown;
    });
  },
);
