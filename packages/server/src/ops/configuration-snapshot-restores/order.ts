import type { Context } from '../../context.ts';
import type { SnapshotRestore } from '../../contract/configuration-snapshot.ts';
import type { SnapshotRow } from '../../store/configuration-snapshots.ts';
import type { Transaction } from '../../store/database.ts';
import { insertTrail } from '../../store/trail.ts';
import { newTaskId, orderTask } from '../background-tasks/order.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { requireScope } from '../operation.ts';
import { trailOf } from '../trail.ts';
import { firstProgress, presentRestore, type RestoreInput, restoreKind } from './task.ts';

/** What a restore writes needs the scopes that writing each of it by hand would: it is no way around them. */
const needed = ['TENANT_WRITE', 'CUSTOM_FIELD_WRITE', 'MERCHANT_ACCOUNT_WRITE'] as const;

/** Throws 403 naming the scope that the caller has not. */
export function requireRestoreScopes(ctx: Context, isWithRecords: boolean): void {
  refuseLimitedCaller(ctx, 'SNAPSHOT_WRITE');
  for (const scope of needed) requireScope(ctx, scope);
  if (isWithRecords) requireScope(ctx, 'STORED_PAYMENT_METHOD_WRITE');
}

/** Hands a restore to the workers, with its line in the audit. */
export async function orderRestore(
  tx: Transaction,
  ctx: Context,
  snapshot: SnapshotRow,
  options: Pick<RestoreInput, 'withRecords' | 'dryRun' | 'sandbox'>,
): Promise<SnapshotRestore> {
  const input: RestoreInput = { snapshotId: snapshot.snapshot_id, ...options };
  const task = await orderTask(tx, ctx, {
    taskId: newTaskId(restoreKind),
    kind: restoreKind,
    state: 'waiting',
    input,
    progress: firstProgress(input),
  });
  const { withRecords, dryRun, sandbox } = options;
  const trail = trailOf(ctx, {
    action: sandbox ? 'configuration_snapshot.sandbox_ordered' : 'configuration_snapshot.restore_ordered',
    at: task.created_at,
    subject: { kind: 'configuration_snapshot', id: snapshot.snapshot_id },
    details: {
      under: ctx.keys.wrapping,
      value: { restore: task.task_id, withRecords, dryRun, sandbox: sandbox?.tenantId },
    },
  });
  await insertTrail(tx, trail);
  return presentRestore(task);
}
