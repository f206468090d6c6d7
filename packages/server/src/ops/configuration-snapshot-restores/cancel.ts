import type { Context } from '../../context.ts';
import type { SnapshotRestore } from '../../contract/configuration-snapshot.ts';
import { cancelTask } from '../../store/background-tasks.ts';
import { insertTrail } from '../../store/trail.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { operation } from '../operation.ts';
import { trailOf } from '../trail.ts';
import { findRestore, presentRestore } from './task.ts';
import { within } from './within.ts';

/**
 * Ends a restore early: what it has done stays. One that is at work ends with the stretch at hand; one that is over is
 * answered as it is. Throws 404 when the tenant has none of that id.
 */
export const cancelSnapshotRestore = operation(
  'SNAPSHOT_WRITE',
  async (ctx: Context, { id }: { id: string }): Promise<SnapshotRestore> => {
    refuseLimitedCaller(ctx, 'SNAPSHOT_WRITE');
    const { cancel_requested_at: earlier } = await findRestore(ctx, id);
    const at = ctx.now();
    return ctx.db.transaction(ctx.tenant.tenantId, async (tx) => {
      const isCancelled = earlier === null && (await cancelTask(tx, id, at)) !== null;
      const shown = presentRestore(await findRestore(within(ctx, tx), id));
      if (isCancelled) {
        const subject = { kind: 'configuration_snapshot', id: shown.snapshot_id };
        await insertTrail(tx, trailOf(ctx, { action: 'configuration_snapshot.restore_cancelled', at, subject }));
      }
      await keepAnswerIn(tx, ctx, shown);
      return shown;
    });
  },
);
