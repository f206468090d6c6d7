import type { Context } from '../../context.ts';
import type {
  ConfigurationDocument,
  RestoreCounts,
  RestorePhase,
  SnapshotRestore,
} from '../../contract/configuration-snapshot.ts';
import { OnfileError } from '../../errors.ts';
import { findTask, type TaskRow } from '../../store/background-tasks.ts';
import { presentTask } from '../background-tasks/present.ts';

export const restoreKind = 'snapshot_restore';

/** What a restore is ordered with. */
export type RestoreInput = {
  snapshotId: string;
  withRecords: boolean;
  dryRun: boolean;
  sandbox?: { tenantId: string; name?: string };
};

/** The same with what the snapshot holds. */
export type Restoration = RestoreInput & { capturedAt: Date; document: ConfigurationDocument };

/** What a restore shows of itself, and where it goes on. */
export type RestoreProgress = {
  snapshot_id: string;
  sandbox_tenant_id?: string;
  with_records: boolean;
  dry_run: boolean;
  phase: RestorePhase;
  /** The key of the last thing in this phase that is done, '' for none. */
  after: string;
  counts: RestoreCounts;
};

const noCounts: RestoreCounts = {
  settings: 0,
  custom_fields: 0,
  merchant_accounts: 0,
  contacts: 0,
  records: 0,
  records_unchanged: 0,
  records_skipped: 0,
  conflicts: 0,
};

export const firstProgress = (input: RestoreInput): RestoreProgress => ({
  snapshot_id: input.snapshotId,
  ...(input.sandbox ? { sandbox_tenant_id: input.sandbox.tenantId } : {}),
  with_records: input.withRecords,
  dry_run: input.dryRun,
  phase: 'configuration',
  after: '',
  counts: noCounts,
});

/** A restore as its endpoints show it. */
export function presentRestore(task: Omit<TaskRow, 'input'>): SnapshotRestore {
  const { after: _, ...progress } = task.progress as RestoreProgress;
  return { ...presentTask(task), state: task.state as SnapshotRestore['state'], ...progress };
}

/** The row of a restore. Throws 404 when the tenant has none of that id. */
export async function findRestore(ctx: Pick<Context, 'db' | 'tenant'>, id: string): Promise<TaskRow> {
  const task = await findTask(ctx.db, ctx.tenant.tenantId, restoreKind, id);
  if (!task) throw new OnfileError('errormessage.configuration.snapshot.restore.not.found');
  return task;
}
