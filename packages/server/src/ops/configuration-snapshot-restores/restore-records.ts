import type { Context } from '../../context.ts';
import type { RestoreConflict } from '../../contract/configuration-snapshot.ts';
import type { Transaction } from '../../store/database.ts';
import type { RecordChange } from '../../store/record-change.ts';
import { applyRecordChanges } from '../../store/record-changes.ts';
import { findRecordsEvenDeleted } from '../../store/record-versions.ts';
import { type FoundRecord, holdRecords } from '../../store/records.ts';
import { findRecordsAtInstant, listRecordIds } from '../../store/records-at-instant.ts';
import { spareNumber } from '../../store/vault-secrets.ts';
import { changedFields } from '../preconditions.ts';
import { checkExternalId, recordChange } from '../stored-payment-methods/change.ts';
import { openRecord, presentOpened } from '../stored-payment-methods/content.ts';
import { refuseAnyLock } from '../stored-payment-methods/lock.ts';
import { ownerOf } from '../stored-payment-methods/references.ts';
import { refuseOtherContact, refuseOtherNumber, restoredRecord } from '../stored-payment-methods/restore.ts';
import { conflictOf, type RestoreLedger, type Tally } from './ledger.ts';
import type { Restoration } from './task.ts';
import { within } from './within.ts';

const pageSize = 25;
const markField = 'sys_configuration_snapshot_id';

/** Makes each record what it was when the snapshot was captured. One that did not exist then is left alone. */
export async function restoreRecords(ctx: Context, ledger: RestoreLedger, order: Restoration): Promise<void> {
  for (;;) {
    const { after } = ledger.progress;
    const page = { after, instant: order.capturedAt, limit: pageSize };
    const ids = await listRecordIds(ctx.db, ctx.tenant.tenantId, page);
    const last = ids.at(-1);
    if (last === undefined) return;
    await ledger.commit({ after: last }, (tx) => restorePage(within(ctx, tx), tx, ids, order));
  }
}

async function restorePage(ctx: Context, tx: Transaction, ids: readonly string[], order: Restoration): Promise<Tally> {
  const { tenantId } = ctx.tenant;
  const versions = await findRecordsAtInstant(ctx.db, tenantId, ids, order.capturedAt);
  // Nobody gets ahead of the page once it is read; a dry run is in nobody's way.
  if (!order.dryRun) await holdRecords(tx, ids);
  const current = new Map((await findRecordsEvenDeleted(ctx.db, tenantId, ids)).map((row) => [row.id, row]));
  // A record that was erased since has earlier versions only of customers whose it was before.
  const earlier = versions.filter((row) => !row.sys_deleted_at && current.has(row.id));
  const conflicts: RestoreConflict[] = [];
  const changes: { change: RecordChange; row: FoundRecord }[] = [];
  for (const then of earlier) {
    const row = current.get(then.id);
    if (!row) continue;
    try {
      const change = await restorationOf(ctx, row, then, order.snapshotId);
      if (change) changes.push({ change, row });
    } catch (error) {
      conflicts.push(conflictOf(error, { resource: 'stored_payment_method', id: row.id }));
    }
  }
  if (!order.dryRun) await applyRestorations(tx, changes);
  const counts = {
    records: changes.length,
    records_unchanged: earlier.length - changes.length - conflicts.length,
    records_skipped: ids.length - earlier.length,
  };
  return { counts, conflicts };
}

async function applyRestorations(
  tx: Transaction,
  changes: readonly { change: RecordChange; row: FoundRecord }[],
): Promise<void> {
  if (changes.length === 0) return;
  const outcomes = await applyRecordChanges(
    tx,
    changes.map(({ change }) => change),
  );
  if (outcomes.includes('lost')) throw new Error('a record that was held was changed');
  for (const { row } of changes) if (row.sys_deleted_at) await spareNumber(tx, row.id, row.sys_version);
}

/** By the rules of restoring one record; null when it is as it was then. Throws 409 as they do. */
async function restorationOf(
  ctx: Context,
  row: FoundRecord,
  then: FoundRecord,
  snapshotId: string,
): Promise<RecordChange | null> {
  if (row.sys_version === then.sys_version) return null;
  refuseOtherContact(row, then);
  const current = openRecord(ctx, row);
  const earlier = openRecord(ctx, then);
  const { change, presented } = await recordChange(ctx, {
    current,
    id: row.id,
    next: { ...restoredRecord(current, earlier), marks: { snapshot_id: snapshotId } },
    action: 'stored_payment_method.restored',
    event: { restored_version: then.sys_version },
  });
  const changed = changedFields(presentOpened(current), presented).filter((name) => name !== markField);
  if (changed.length === 0 && !row.sys_deleted_at) return null;
  // A contact that was deactivated gets no record, so none back either.
  if (row.sys_deleted_at) await ownerOf(ctx, row.contact_id);
  refuseAnyLock(ctx, current);
  refuseOtherNumber(current, earlier);
  if (row.sys_deleted_at || changed.includes('sys_external_id')) {
    await checkExternalId(ctx, row.id, change.record.sys_external_id);
  }
  return change;
}
