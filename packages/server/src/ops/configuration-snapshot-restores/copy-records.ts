import { newSimulatedToken } from '../../connectors/simulated/simulated-connector.ts';
import type { Context } from '../../context.ts';
import type { RestoreConflict } from '../../contract/configuration-snapshot.ts';
import { customersKey, type FoundCustomer, findCustomers } from '../../store/customers.ts';
import type { RecordChange } from '../../store/record-change.ts';
import { applyRecordChanges } from '../../store/record-changes.ts';
import { findRecordsEvenDeleted } from '../../store/record-versions.ts';
import type { FoundRecord } from '../../store/records.ts';
import { findRecordsAtInstant, listRecordIds } from '../../store/records-at-instant.ts';
import { checkExternalId, type NextRecord, recordChange } from '../stored-payment-methods/change.ts';
import { type OpenedRecord, openRecord } from '../stored-payment-methods/content.ts';
import { copyMissingContacts } from './copy-contacts.ts';
import { conflictOf, type RestoreLedger } from './ledger.ts';
import { coarseAddress, madeUpHolder, maskedValues } from './made-up.ts';
import type { Restoration } from './task.ts';
import { testLastFour } from './test-instrument.ts';

const pageSize = 25;

type Copy = { sandbox: Context; order: Restoration; sources: Customers; owners: Customers };
type Customers = ReadonlyMap<number, FoundCustomer>;

/** Gives a sandbox the tenant's records as they were at the snapshot's instant, with test data for what is live. */
export async function copyRecords(
  ctx: Context,
  sandbox: Context,
  ledger: RestoreLedger,
  order: Restoration,
): Promise<void> {
  const { tenantId } = ctx.tenant;
  for (;;) {
    const { after } = ledger.progress;
    const ids = await listRecordIds(ctx.db, tenantId, { after, instant: order.capturedAt, limit: pageSize });
    const last = ids.at(-1);
    if (last === undefined) return;
    const versions = await findRecordsAtInstant(ctx.db, tenantId, ids, order.capturedAt);
    const wanted = versions.filter((row) => !row.sys_deleted_at);
    const conflicts = await copyMissing(ctx, sandbox, order, wanted);
    const counts = { records: wanted.length - conflicts.length, records_skipped: ids.length - wanted.length };
    await ledger.commit({ after: last }, async () => ({ counts, conflicts }));
  }
}

/** Writes those that the sandbox has not; answers what it cannot have. */
async function copyMissing(
  ctx: Context,
  sandbox: Context,
  order: Restoration,
  wanted: readonly FoundRecord[],
): Promise<RestoreConflict[]> {
  const { tenantId } = sandbox.tenant;
  const ids = wanted.map(({ id }) => id);
  const there = new Set((await findRecordsEvenDeleted(sandbox.db, tenantId, ids)).map(({ id }) => id));
  const customerIds = wanted.map((row) => row.customer_id);
  const sources = byId(await findCustomers(ctx.db, ctx.tenant.tenantId, customerIds));
  // Clocks of two processes differ: a contact may seem younger than its record.
  await copyMissingContacts(ctx, sandbox, [...sources.values()]);
  const owners = byId(await findCustomers(sandbox.db, tenantId, customerIds));
  const changes: RecordChange[] = [];
  const conflicts: RestoreConflict[] = [];
  for (const row of wanted.filter(({ id }) => !there.has(id))) {
    try {
      changes.push(await copyOf({ sandbox, order, sources, owners }, openRecord(ctx, row)));
    } catch (error) {
      conflicts.push(conflictOf(error, { resource: 'stored_payment_method', id: row.id }));
    }
  }
  if (changes.length === 0) return conflicts;
  const outcomes = await sandbox.db.transaction(tenantId, (tx) => applyRecordChanges(tx, changes));
  if (outcomes.includes('lost')) throw new Error('a sandbox changed while it was being filled');
  return conflicts;
}

const byId = (rows: readonly FoundCustomer[]): Customers => new Map(rows.map((row) => [row.customer_id, row]));

async function copyOf({ sandbox, order, sources, owners }: Copy, source: OpenedRecord): Promise<RecordChange> {
  const { row } = source;
  const owner = owners.get(row.customer_id);
  if (!owner) throw new Error('a sandbox lost a contact while it was being filled');
  const next = testRecord(sandbox, order, source, owner);
  await checkExternalId(sandbox, row.id, next.fields.sys_external_id);
  const { change } = await recordChange(sandbox, {
    current: null,
    id: row.id,
    next,
    firstVersion: row.sys_snapshot_base_version ?? 1,
    action: 'stored_payment_method.created',
    event: true,
  });
  const paymentChoice = row.is_account_instrument ? sources.get(row.customer_id)?.account_payment_choice : null;
  if (!paymentChoice || owner.account_method_id !== null) return change;
  const { customer_id: customerId, account_version: expectedAccountVersion } = owner;
  return { ...change, account: { customerId, expectedAccountVersion, paymentChoice } };
}

/**
 * The record as a sandbox may have it. Tokens and what derives from the number are of the simulated gateway; mandates,
 * bank account, wallet and the reason of a lock are left out.
 */
function testRecord(
  sandbox: Context,
  { document, snapshotId }: Restoration,
  { row, content }: OpenedRecord,
  owner: FoundCustomer,
): NextRecord {
  const definitions = new Map(document.custom_fields.map((field) => [field.id, field]));
  const lastFour = testLastFour(row);
  const tokens = content.merchant_account_tokens;
  const namesToken = tokens.some(({ token }) => row.sys_external_id?.includes(token));
  return {
    fields: {
      type: row.type,
      credit_card_type: row.credit_card_type,
      last_four_digits: lastFour,
      expires: row.expires,
      payrix_migrated: row.payrix_migrated,
      sys_external_id: namesToken ? null : row.sys_external_id,
      sys_locked: row.sys_locked,
      sys_snapshot_base_version: row.sys_snapshot_base_version,
    },
    content: {
      name: `Test ${row.type} ${lastFour}`,
      name_on_account: madeUpHolder(row.customer_id),
      billing_address: content.billing_address && coarseAddress(content.billing_address),
      merchant_account_tokens: tokens.map(({ merchant_account_id }) => ({
        merchant_account_id,
        token: newSimulatedToken().reveal(),
      })),
      custom_field_values: content.custom_field_values && maskedValues(content.custom_field_values, definitions),
    },
    marks: { snapshot_id: snapshotId },
    customer: {
      customerId: owner.customer_id,
      contactId: owner.contact_id,
      dataKey: sandbox.keys.customerKey(customersKey(owner)),
    },
  };
}
