import type { Context } from '../../context.ts';
import { readConfiguration } from '../../store/configuration.ts';
import { openTaskInput } from '../background-tasks/order.ts';
import type { TaskHandler } from '../background-tasks/run.ts';
import { findSnapshotEvenDeleted } from '../configuration-snapshots/find.ts';
import { applyChange } from './apply-change.ts';
import { configurationChanges } from './configuration-changes.ts';
import { fillSandbox } from './fill-sandbox.ts';
import { RestoreLedger } from './ledger.ts';
import { countOf, restoreConfiguration } from './restore-configuration.ts';
import { restoreRecords } from './restore-records.ts';
import type { Restoration, RestoreInput } from './task.ts';
import { within } from './within.ts';

/** Restores a snapshot from where the work stopped, into the tenant itself or into a sandbox of it. */
export const runSnapshotRestore: TaskHandler = async (run) => {
  const input = openTaskInput(run.ctx, run.task) as RestoreInput;
  const { document, captured_at: capturedAt } = await findSnapshotEvenDeleted(run.ctx, input.snapshotId);
  const order: Restoration = { ...input, document, capturedAt };
  const ledger = new RestoreLedger(run);
  if (order.sandbox) await fillSandbox(run.ctx, ledger, order, order.sandbox);
  else await restoreInPlace(run.ctx, ledger, order);
};

async function restoreInPlace(ctx: Context, ledger: RestoreLedger, order: Restoration): Promise<void> {
  if (ledger.progress.phase === 'configuration') {
    if (order.dryRun) await countChanges(ctx, ledger, order);
    else await changeConfiguration(ctx, ledger, order);
  }
  if (order.withRecords) await restoreRecords(ctx, ledger, order);
}

async function changeConfiguration(ctx: Context, ledger: RestoreLedger, { document }: Restoration): Promise<void> {
  const conflicts = await restoreConfiguration(ctx, document, (change) =>
    ledger.commit({}, async (tx) => {
      await applyChange(within(ctx, tx), change);
      return { counts: { [countOf[change.resource]]: 1 } };
    }),
  );
  await ledger.commit({ phase: 'records' }, async () => ({ conflicts }));
}

async function countChanges(ctx: Context, ledger: RestoreLedger, { document }: Restoration): Promise<void> {
  const changes = configurationChanges(await readConfiguration(ctx.db, ctx.tenant.tenantId), document);
  const counts = { settings: 0, custom_fields: 0, merchant_accounts: 0 };
  for (const { resource } of changes) counts[countOf[resource]]++;
  await ledger.commit({ phase: 'records' }, async () => ({ counts }));
}
