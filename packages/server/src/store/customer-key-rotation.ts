import { type FoundCustomer, foundCustomer } from './customers.ts';
import type { Database, Transaction } from './database.ts';
import { tablesUnderCustomerKeys } from './key-counts.ts';
import { customerKeyColumns, type WrappedCustomerKey } from './keys.ts';

const readWrappedBy = {
  name: 'read-customer-keys-wrapped-by',
  text: `SELECT ${customerKeyColumns} FROM customer_keys k WHERE k.tenant_id = $1 AND k.wrapped_by = $2 AND k.key_id > $3::uuid ORDER BY k.key_id LIMIT $4`,
};

/** Customers' keys that this key of the tenant's wraps, in the order of their ids, after one. */
export const listKeysWrappedBy = (
  db: Database,
  tenantId: string,
  wrappedBy: string,
  after: string,
  limit: number,
): Promise<WrappedCustomerKey[]> => db.single(tenantId, readWrappedBy, [tenantId, wrappedBy, after, limit]);

const rewrap = {
  name: 'rewrap-customer-keys',
  text: `
    UPDATE customer_keys k SET wrapped_key = i.wrapped_key, wrapped_by = $5
    FROM unnest($2::uuid[], $3::bytea[]) AS i (key_id, wrapped_key)
    WHERE k.tenant_id = $1 AND k.key_id = i.key_id AND k.wrapped_by = $4`,
};

/** Puts the same keys wrapped by another key in their place, where they are still wrapped by the one before. */
export async function rewrapCustomerKeys(
  db: Database,
  tenantId: string,
  keys: readonly WrappedCustomerKey[],
  from: string,
  to: string,
): Promise<void> {
  const values = [tenantId, keys.map(({ keyId }) => keyId), keys.map(({ wrappedKey }) => wrappedKey), from, to];
  await db.single(tenantId, rewrap, values);
}

const readOld = {
  name: 'read-customer-keys-to-rotate',
  text: `
    SELECT ${customerKeyColumns}, k.created_at AS "createdAt" FROM customer_keys k
    WHERE k.tenant_id = $1 AND k.retired_at IS NULL AND k.created_at < $2 AND (k.created_at, k.key_id) > ($3, $4::uuid)
    ORDER BY k.created_at, k.key_id
    LIMIT $5`,
};

export type KeyPlace = { createdAt: Date; keyId: string };
export const beforeAllKeys: KeyPlace = { createdAt: new Date(0), keyId: '00000000-0000-0000-0000-000000000000' };

/** Customers' keys of now that were made before an instant, in their order, after one. */
export const listKeysToRotate = (
  db: Database,
  tenantId: string,
  madeBefore: Date,
  after: KeyPlace,
  limit: number,
): Promise<(WrappedCustomerKey & KeyPlace)[]> =>
  db.single(tenantId, readOld, [tenantId, madeBefore, after.createdAt, after.keyId, limit]);

const countOld = {
  name: 'count-customer-keys-to-rotate',
  text: 'SELECT count(*) AS found FROM customer_keys WHERE tenant_id = $1 AND retired_at IS NULL AND created_at < $2',
};

/** How many customers' keys of now were made before an instant. */
export async function countKeysToRotate(db: Database, tenantId: string, madeBefore: Date): Promise<number> {
  const [row] = await db.single<{ found: number }>(tenantId, countOld, [tenantId, madeBefore]);
  return row?.found ?? 0;
}

const holdCustomer = {
  name: 'hold-customer-of-key',
  text: `${foundCustomer} WHERE c.tenant_id = $1 AND c.customer_uuid = $2 FOR NO KEY UPDATE OF c`,
};

/** The customer, locked first as every write does; null for a payer who has not become one. */
export async function holdCustomerOfKey(tx: Transaction, customerUuid: string): Promise<FoundCustomer | null> {
  const [customer] = await tx.query<FoundCustomer>(holdCustomer, [tx.tenantId, customerUuid]);
  return customer ?? null;
}

const hasSessions = {
  name: 'has-sessions-under-key',
  text: 'SELECT 1 FROM user_payment_sessions WHERE tenant_id = $1 AND key_id = $2 LIMIT 1',
};

/** Whether sessions are under a key, as those of somebody who is no customer yet. */
export const isKeyOfSessions = async (tx: Transaction, keyId: string): Promise<boolean> =>
  (await tx.query(hasSessions, [tx.tenantId, keyId])).length > 0;

const retire = {
  name: 'retire-customer-key',
  text: `
    UPDATE customer_keys SET retired_at = $3
    WHERE tenant_id = $1 AND key_id = $2 AND retired_at IS NULL
    RETURNING key_id`,
};

/** False when it is retired or destroyed already. */
export const retireCustomerKey = async (tx: Transaction, keyId: string, at: Date): Promise<boolean> =>
  (await tx.query(retire, [tx.tenantId, keyId, at])).length === 1;

const moveCustomer = {
  name: 'move-customer-to-key',
  text: 'UPDATE customers SET key_id = $4, sealed = $5 WHERE tenant_id = $1 AND customer_id = $2 AND key_id = $3',
};

const moveSessions = {
  name: 'move-sessions-to-key',
  text: 'UPDATE user_payment_sessions SET key_id = $3 WHERE tenant_id = $1 AND key_id = $2 RETURNING session_id',
};

/** Seals what is known of a customer under another key; the version stays. */
export async function moveCustomerToKey(
  tx: Transaction,
  customerId: number,
  from: string,
  to: { keyId: string; sealed: Buffer },
): Promise<void> {
  await tx.query(moveCustomer, [tx.tenantId, customerId, from, to.keyId, to.sealed]);
}

/** What is entered in the sessions of one key from now on is sealed under another. Answers how many there were. */
export const moveSessionsToKey = async (tx: Transaction, from: string, to: string): Promise<number> =>
  (await tx.query(moveSessions, [tx.tenantId, from, to])).length;

const named = (keyId: string) =>
  tablesUnderCustomerKeys
    .map((table) => `EXISTS (SELECT FROM ${table} t WHERE t.tenant_id = $1 AND t.key_id = ${keyId})`)
    .join(' OR ');

const readInUse = {
  name: 'read-retired-keys-in-use',
  text: `
    SELECT ${customerKeyColumns} FROM customer_keys k
    WHERE k.tenant_id = $1 AND k.retired_at IS NOT NULL AND k.key_id > $2::uuid AND (${named('k.key_id')})
    ORDER BY k.key_id
    LIMIT $3`,
};

/** Retired keys under which something beside the audit is sealed, in the order of their ids, after one. */
export const listRetiredKeysInUse = (
  db: Database,
  tenantId: string,
  after: string,
  limit: number,
): Promise<WrappedCustomerKey[]> => db.single(tenantId, readInUse, [tenantId, after, limit]);

const destroy = {
  name: 'destroy-unused-customer-keys',
  text: `
    DELETE FROM customer_keys k
    WHERE k.tenant_id = $1 AND k.key_id IN (
      SELECT k.key_id FROM customer_keys k
      WHERE k.tenant_id = $1 AND k.retired_at <= $2 AND NOT (${named('k.key_id')})
        AND NOT EXISTS (SELECT FROM audit_entries e WHERE e.tenant_id = $1 AND e.key_id = k.key_id)
      LIMIT $3
    )
    RETURNING k.key_id`,
};

/** Destroys keys that were retired before an instant and that nothing names, not even the audit. Answers how many. */
export const destroyUnusedCustomerKeys = async (
  db: Database,
  tenantId: string,
  retiredBefore: Date,
  limit: number,
): Promise<number> => (await db.single(tenantId, destroy, [tenantId, retiredBefore, limit])).length;
