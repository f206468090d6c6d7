import { v7 as timeOrderedUuid } from 'uuid';
import type { Context } from '../../context.ts';
import {
  type CustomerRow,
  type FoundCustomer,
  findCustomers,
  insertCustomer,
  listCustomersById,
} from '../../store/customers.ts';
import type { Transaction } from '../../store/database.ts';
import { insertCustomerKey } from '../../store/keys.ts';
import { insertTrail } from '../../store/trail.ts';
import { openCustomer, sealPerson } from '../customers/content.ts';
import { customerTrail } from '../customers/trail.ts';
import type { RestoreLedger } from './ledger.ts';
import { madeUpPerson } from './made-up.ts';
import type { Restoration } from './task.ts';

const pageSize = 25;

/** Gives a sandbox the tenant's contacts of the snapshot's instant: with their ids, and as people who do not exist. */
export async function copyContacts(
  ctx: Context,
  sandbox: Context,
  ledger: RestoreLedger,
  order: Restoration,
): Promise<void> {
  for (;;) {
    const page = await listCustomersById(ctx.db, ctx.tenant.tenantId, Number(ledger.progress.after), pageSize);
    const last = page.at(-1);
    if (!last) return;
    const wanted = page.filter((row) => row.created_at <= order.capturedAt);
    await copyMissingContacts(ctx, sandbox, wanted);
    await ledger.commit({ after: String(last.customer_id) }, async () => ({ counts: { contacts: wanted.length } }));
  }
}

/** Those that the sandbox has not yet. */
export async function copyMissingContacts(
  ctx: Context,
  sandbox: Context,
  wanted: readonly FoundCustomer[],
): Promise<void> {
  const { tenantId } = sandbox.tenant;
  const ids = wanted.map((row) => row.customer_id);
  const there = new Set((await findCustomers(sandbox.db, tenantId, ids)).map((row) => row.customer_id));
  const missing = wanted.filter((row) => !there.has(row.customer_id));
  if (missing.length === 0) return;
  await sandbox.db.transaction(tenantId, async (tx) => {
    for (const row of missing) await addStandIn(tx, ctx, sandbox, row);
  });
}

/** Somebody under the contact's ids, with a key of their own: nothing that was sealed is copied. */
async function addStandIn(tx: Transaction, ctx: Context, sandbox: Context, row: FoundCustomer): Promise<void> {
  const at = sandbox.now();
  const customerUuid = timeOrderedUuid();
  const { dataKey, wrapped } = sandbox.keys.newCustomerKey(customerUuid);
  const version = { customer_id: row.customer_id, version: 1 };
  const person = madeUpPerson(row.customer_id, openCustomer(ctx, row).person);
  const standIn: CustomerRow = {
    ...version,
    customer_uuid: customerUuid,
    contact_id: row.contact_id,
    status: row.status,
    is_active: row.is_active,
    key_id: dataKey.keyId,
    sealed: sealPerson(tx.tenantId, version, person, dataKey),
    account_method_id: null,
    account_payment_choice: null,
    account_version: 0,
    created_at: at,
    modified_at: at,
  };
  const after = { row: standIn, person };
  await insertCustomerKey(tx, wrapped, at);
  await insertCustomer(tx, standIn);
  await insertTrail(
    tx,
    customerTrail(sandbox, { action: 'contact.created', dataKey, before: null, after, changedFields: [] }),
  );
}
