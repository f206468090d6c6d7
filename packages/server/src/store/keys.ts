import type { Database, Transaction } from './database.ts';

export type WrappedTenantKey = {
  keyId: string;
  purpose: 'wrapping' | 'fingerprint' | 'audit' | 'idempotency';
  wrappedKey: Buffer;
  wrappedBy: string;
};

export type WrappedCustomerKey = { keyId: string; customerUuid: string; wrappedKey: Buffer; wrappedBy: string };

const readTenantKeys = {
  name: 'read-tenant-keys',
  text: `
    SELECT key_id AS "keyId", purpose, wrapped_key AS "wrappedKey", wrapped_by AS "wrappedBy"
    FROM tenant_keys
    WHERE tenant_id = $1
    ORDER BY created_at`,
};

/** A tenant's keys as they are stored; none when the tenant does not exist. */
export const listTenantKeys = (db: Database, tenantId: string): Promise<WrappedTenantKey[]> =>
  db.single(tenantId, readTenantKeys, [tenantId]);

const writeTenantKey = {
  name: 'write-tenant-key',
  text: `
    INSERT INTO tenant_keys (tenant_id, key_id, purpose, wrapped_key, wrapped_by, created_at)
    VALUES ($1, $2, $3, $4, $5, $6)`,
};

export async function insertTenantKey(tx: Transaction, key: WrappedTenantKey, at: Date): Promise<void> {
  await tx.query(writeTenantKey, [tx.tenantId, key.keyId, key.purpose, key.wrappedKey, key.wrappedBy, at]);
}

const writeCustomerKey = {
  name: 'write-customer-key',
  text: `
    INSERT INTO customer_keys (tenant_id, key_id, customer_uuid, wrapped_key, wrapped_by, created_at)
    VALUES ($1, $2, $3, $4, $5, $6)`,
};

export async function insertCustomerKey(tx: Transaction, key: WrappedCustomerKey, at: Date): Promise<void> {
  await tx.query(writeCustomerKey, [tx.tenantId, key.keyId, key.customerUuid, key.wrappedKey, key.wrappedBy, at]);
}

const readCustomerKey = {
  name: 'read-customer-key',
  text: `
    SELECT key_id AS "keyId", customer_uuid AS "customerUuid", wrapped_key AS "wrappedKey", wrapped_by AS "wrappedBy"
    FROM customer_keys
    WHERE tenant_id = $1 AND customer_uuid = $2
    ORDER BY created_at DESC
    LIMIT 1`,
};

/** The newest data key of a person, null when nothing was ever sealed for them. */
export async function findCustomerKey(tx: Transaction, customerUuid: string): Promise<WrappedCustomerKey | null> {
  const [key] = await tx.query<WrappedCustomerKey>(readCustomerKey, [tx.tenantId, customerUuid]);
  return key ?? null;
}
