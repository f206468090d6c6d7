import type { Database, Transaction } from './database.ts';

export type WrappedTenantKey = {
  keyId: string;
  purpose: 'wrapping' | 'fingerprint' | 'audit' | 'idempotency';
  wrappedKey: Buffer;
  wrappedBy: string;
  /** It seals and hashes from then on; since it was made when left out. */
  activeFrom?: Date;
};

export type WrappedCustomerKey = { keyId: string; customerUuid: string; wrappedKey: Buffer; wrappedBy: string };

/** A `WrappedCustomerKey` of `customer_keys k`. */
export const customerKeyColumns =
  'k.key_id AS "keyId", k.customer_uuid AS "customerUuid", k.wrapped_key AS "wrappedKey", k.wrapped_by AS "wrappedBy"';

const readTenantKeys = {
  name: 'read-tenant-keys',
  text: `
    SELECT key_id AS "keyId", purpose, wrapped_key AS "wrappedKey", wrapped_by AS "wrappedBy",
      coalesce(active_from, created_at) AS "activeFrom"
    FROM tenant_keys
    WHERE tenant_id = $1
    ORDER BY coalesce(active_from, created_at)`,
};

/** A tenant's keys as they are stored; none when the tenant does not exist. */
export const listTenantKeys = (db: Database, tenantId: string): Promise<WrappedTenantKey[]> =>
  db.single(tenantId, readTenantKeys, [tenantId]);

const writeTenantKey = {
  name: 'write-tenant-key',
  text: `
    INSERT INTO tenant_keys (tenant_id, key_id, purpose, wrapped_key, wrapped_by, created_at, active_from)
    VALUES ($1, $2, $3, $4, $5, $6, $7)`,
};

/** Writes a new key of a tenant; `insertTenantKeys` first sees that what wrapped it stays. */
export async function insertTenantKey(tx: Transaction, key: WrappedTenantKey, at: Date): Promise<void> {
  const { keyId, purpose, wrappedKey, wrappedBy, activeFrom = null } = key;
  await tx.query(writeTenantKey, [tx.tenantId, keyId, purpose, wrappedKey, wrappedBy, at, activeFrom]);
}

const writeCustomerKey = {
  name: 'write-customer-key',
  text: `
    INSERT INTO customer_keys (tenant_id, key_id, customer_uuid, wrapped_key, wrapped_by, created_at)
    VALUES ($1, $2, $3, $4, $5, $6)`,
};

/** Writes a new data key of a customer, before anything that is sealed under it. */
export async function insertCustomerKey(tx: Transaction, key: WrappedCustomerKey, at: Date): Promise<void> {
  await tx.query(writeCustomerKey, [tx.tenantId, key.keyId, key.customerUuid, key.wrappedKey, key.wrappedBy, at]);
}

const readCustomerKey = {
  name: 'read-customer-key',
  text: `
    SELECT ${customerKeyColumns} FROM customer_keys k
    WHERE k.tenant_id = $1 AND k.customer_uuid = $2
    ORDER BY k.created_at DESC
    LIMIT 1`,
};

const readCustomerKeyById = {
  name: 'read-customer-key-by-id',
  text: `SELECT ${customerKeyColumns} FROM customer_keys k WHERE k.tenant_id = $1 AND k.key_id = $2`,
};

/** One data key of a customer; null when it was destroyed. */
export async function findCustomerKeyById(
  db: Database,
  tenantId: string,
  keyId: string,
): Promise<WrappedCustomerKey | null> {
  const [key] = await db.single<WrappedCustomerKey>(tenantId, readCustomerKeyById, [tenantId, keyId]);
  return key ?? null;
}

/** The newest data key of a person as it is now, outside of any transaction; null when none is left. */
export async function findNewestCustomerKey(
  db: Database,
  tenantId: string,
  customerUuid: string,
): Promise<WrappedCustomerKey | null> {
  const [key] = await db.single<WrappedCustomerKey>(tenantId, readCustomerKey, [tenantId, customerUuid]);
  return key ?? null;
}

/** The newest data key of a person, null when nothing was ever sealed for them. */
export async function findCustomerKey(tx: Transaction, customerUuid: string): Promise<WrappedCustomerKey | null> {
  const [key] = await tx.query<WrappedCustomerKey>(readCustomerKey, [tx.tenantId, customerUuid]);
  return key ?? null;
}

const shareKey = {
  name: 'share-customer-key',
  text: 'SELECT key_id FROM customer_keys WHERE tenant_id = $1 AND key_id = $2 FOR KEY SHARE',
};

/** Keeps a data key from being destroyed until the transaction ends; false when it is gone already. */
export const shareCustomerKey = async (tx: Transaction, keyId: string): Promise<boolean> =>
  (await tx.query(shareKey, [tx.tenantId, keyId])).length === 1;

const destroyKeys = {
  name: 'destroy-customer-keys',
  text: 'DELETE FROM customer_keys WHERE tenant_id = $1 AND customer_uuid = $2',
};

/** Destroys every data key of a person. Rejects with SQLSTATE 23503 while anything still names one as its own. */
export async function destroyCustomerKeys(tx: Transaction, customerUuid: string): Promise<void> {
  await tx.query(destroyKeys, [tx.tenantId, customerUuid]);
}
