import { type FoundCustomer, foundCustomer } from './customers.ts';
import type { Database, Transaction } from './database.ts';
import { emptied, emptyRecords } from './empty-records.ts';
import { customerKeyColumns, type WrappedCustomerKey } from './keys.ts';
import { deleteSessions } from './payment-sessions.ts';
import { type FoundRecord, foundFrom, selectFound } from './records.ts';

const holdCustomer = {
  name: 'hold-customer-to-erase',
  text: `${foundCustomer} WHERE c.tenant_id = $1 AND c.customer_id = $2 FOR UPDATE OF c`,
};

const holdKeys = {
  name: 'hold-keys-to-erase',
  text: `
    SELECT ${customerKeyColumns} FROM customer_keys k
    WHERE k.tenant_id = $1 AND k.customer_uuid = $2
    ORDER BY k.key_id
    FOR UPDATE`,
};

const holdRecords = {
  name: 'hold-records-to-erase',
  text: `${selectFound('m')}
    ${foundFrom}
    WHERE m.tenant_id = $1 AND m.customer_id = $2
    ORDER BY m.id
    FOR UPDATE OF m`,
};

/** A payment request of the customer's that may have tokens at gateways. */
export type RequestToErase = { request_id: string; sealed: Buffer };

const holdSessions = {
  name: 'hold-sessions-to-erase',
  text: 'SELECT session_id FROM user_payment_sessions WHERE tenant_id = $1 AND key_id = ANY ($2::uuid[]) ORDER BY session_id FOR UPDATE',
};

const holdRequests = {
  name: 'hold-requests-to-erase',
  text: `
    SELECT request_id, sealed FROM payment_requests
    WHERE tenant_id = $1 AND session_id = ANY ($2::text[]) AND sealed IS NOT NULL
    ORDER BY request_id
    FOR UPDATE`,
};

/** A token that was to be retired already. */
export type TaskToErase = {
  task_id: string;
  record_id: string | null;
  merchant_account_id: string;
  key_id: string;
  sealed: Buffer;
  created_at: Date;
};

const holdTasks = {
  name: 'hold-token-tasks-to-erase',
  text: `
    SELECT task_id, record_id, merchant_account_id, key_id, sealed, created_at FROM token_tasks
    WHERE tenant_id = $1 AND kind = 'retire' AND key_id = ANY ($2::uuid[])
    ORDER BY task_id
    FOR UPDATE`,
};

/** All that is a customer's, locked until the transaction ends, in the order in which the write path locks. */
export type HeldCustomer = {
  customer: FoundCustomer;
  keys: WrappedCustomerKey[];
  /** Deleted ones too. */
  records: FoundRecord[];
  sessionIds: string[];
  requests: RequestToErase[];
  tasks: TaskToErase[];
};

/** Null when there is no such customer, or none any more. Whoever writes anything of theirs waits, and then finds no key. */
export async function holdCustomerToErase(tx: Transaction, customerId: number): Promise<HeldCustomer | null> {
  const [customer] = await tx.query<FoundCustomer>(holdCustomer, [tx.tenantId, customerId]);
  if (!customer) return null;
  const keys = await tx.query<WrappedCustomerKey>(holdKeys, [tx.tenantId, customer.customer_uuid]);
  const keyIds = keys.map(({ keyId }) => keyId);
  const records = await tx.query<FoundRecord>(holdRecords, [tx.tenantId, customerId]);
  const sessions = await tx.query<{ session_id: string }>(holdSessions, [tx.tenantId, keyIds]);
  const sessionIds = sessions.map((session) => session.session_id);
  const requests = await tx.query<RequestToErase>(holdRequests, [tx.tenantId, sessionIds]);
  const tasks = await tx.query<TaskToErase>(holdTasks, [tx.tenantId, keyIds]);
  return { customer, keys, records, sessionIds, requests, tasks };
}

/** What a customer's shell is from now on. */
export type CustomerShell = { customerUuid: string; contactId: string; at: Date; erasedBy: string; context: object };

const emptyCustomer = {
  name: 'empty-customer',
  text: `
    UPDATE customers
    SET key_id = NULL, sealed = NULL, customer_uuid = $3, contact_id = $4, is_active = false, status = 'FORMER_MEMBER',
      version = version + 1, account_method_id = NULL, account_payment_choice = NULL,
      account_version = account_version + 1, modified_at = greatest($5, modified_at + interval '1 millisecond')
    WHERE tenant_id = $1 AND customer_id = $2`,
};

/** By key: also what was theirs before the record became another customer's. Answers which rows of loads made them. */
const emptyVersions = {
  name: 'empty-versions',
  text: `
    WITH theirs AS (
      SELECT id, sys_version, marks -> 'bulk_load' AS load FROM stored_payment_method_versions
      WHERE tenant_id = $1 AND key_id = ANY ($2::uuid[])
    ),
    emptied AS (
      UPDATE stored_payment_method_versions v
      SET ${emptied}, sys_last_security_context = v.sys_last_security_context - 'address'
      FROM theirs t
      WHERE v.tenant_id = $1 AND v.id = t.id AND v.sys_version = t.sys_version
    )
    SELECT DISTINCT id, load ->> 'id' AS load_id, (load ->> 'record_no')::integer AS record_no FROM theirs`,
};

const clearLoadResults = {
  name: 'clear-load-results',
  text: `
    UPDATE bulk_load_results r
    SET results = (
      SELECT jsonb_agg(CASE WHEN row ->> 'id' = l.id THEN row - 'external_id' ELSE row END ORDER BY n)
      FROM jsonb_array_elements(r.results) WITH ORDINALITY AS e (row, n)
    )
    FROM (SELECT $2::text AS id, $3::text AS load_id, $4::integer AS record_no) l
    WHERE r.tenant_id = $1 AND r.load_id = l.load_id AND r.first_record_no = (
      SELECT max(first_record_no) FROM bulk_load_results
      WHERE tenant_id = $1 AND load_id = l.load_id AND first_record_no <= l.record_no
    )`,
};

const destroyUnlinkedFiles = {
  name: 'erase-unlinked-files',
  text: `
    UPDATE files SET state = 'removing', sealed = NULL, destroy_after = $3
    WHERE tenant_id = $1 AND created_for_contact = $2 AND record_id IS NULL AND destroy_after IS NOT NULL
      AND state <> 'removed'`,
};

const destroyNumbers = {
  name: 'erase-numbers',
  text: 'DELETE FROM vault_secrets WHERE tenant_id = $1 AND customer_uuid = $2',
};

/** Another contact may come to have this id: who was limited to this one must not see that one. */
const revokeClients = {
  name: 'revoke-clients-of-contact',
  text: 'UPDATE clients SET revoked_at = $3 WHERE tenant_id = $1 AND contact_id = $2 AND revoked_at IS NULL',
};

const dropTasks = {
  name: 'erase-token-tasks',
  text: 'DELETE FROM token_tasks WHERE tenant_id = $1 AND task_id = ANY ($2::uuid[])',
};

/**
 * Leaves the shell of a customer whom `holdCustomerToErase` holds, and of the records; everything else of theirs is gone.
 * Their keys are still to be destroyed.
 */
export async function emptyHeldCustomer(tx: Transaction, held: HeldCustomer, shell: CustomerShell): Promise<void> {
  const { tenantId } = tx;
  const { customer, keys, records, sessionIds, tasks } = held;
  const recordIds = records.map(({ id }) => id);
  const keyIds = keys.map(({ keyId }) => keyId);
  const { customerUuid, contactId, at, erasedBy, context } = shell;
  const loaded = await tx.query<{ id: string; load_id: string | null; record_no: number | null }>(emptyVersions, [
    tenantId,
    keyIds,
  ]);
  for (const { id, load_id, record_no } of loaded) {
    if (load_id !== null) await tx.query(clearLoadResults, [tenantId, id, load_id, record_no]);
  }
  await tx.query(emptyCustomer, [tenantId, customer.customer_id, customerUuid, contactId, at]);
  await emptyRecords(tx, { ids: recordIds, at, by: erasedBy, context });
  await tx.query(destroyUnlinkedFiles, [tenantId, customer.contact_id, at]);
  await tx.query(revokeClients, [tenantId, customer.contact_id, at]);
  await deleteSessions(tx, sessionIds);
  await tx.query(destroyNumbers, [tenantId, customer.customer_uuid]);
  await tx.query(dropTasks, [tenantId, tasks.map(({ task_id }) => task_id)]);
}

const readRecordIds = {
  name: 'read-erased-record-ids',
  text: 'SELECT id FROM stored_payment_methods WHERE tenant_id = $1 AND customer_id = ANY ($2::bigint[])',
};

/** The ids of the records that went with these customers. */
export async function listErasedRecordIds(
  db: Database,
  tenantId: string,
  customerIds: readonly number[],
): Promise<string[]> {
  const rows = await db.single<{ id: string }>(tenantId, readRecordIds, [tenantId, customerIds]);
  return rows.map(({ id }) => id);
}
