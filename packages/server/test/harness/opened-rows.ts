import { createDecipheriv, type KeyObject } from 'node:crypto';
import { sealedUnder } from '../../src/crypto/envelope.ts';
import type { WrappedCustomerKey } from '../../src/store/keys.ts';
import { listTenantIds } from '../../src/store/tenants.ts';
import { query } from './look-inside.ts';
import type { TestServer } from './server.ts';

const nonceAt = 17;
const bodyAt = 29;
const tagBytes = 16;

/** What a key holder can read of a ciphertext, whatever it is bound to: GCM without its check. Null for other keys' and no ciphertext. */
function readAnyway(sealed: Buffer, keys: ReadonlyMap<string, KeyObject>): string | null {
  if (sealed.length < bodyAt + tagBytes || sealed[0] !== 1) return null;
  const key = keys.get(sealedUnder(sealed));
  if (!key) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(nonceAt, bodyAt), { authTagLength: tagBytes });
  return decipher.update(sealed.subarray(bodyAt, sealed.length - tagBytes)).toString('utf8');
}

/** Every key that the database still has, of every tenant and customer. */
async function everyKey(server: TestServer): Promise<ReadonlyMap<string, KeyObject>> {
  const found = new Map<string, KeyObject>();
  for (const tenantId of await listTenantIds(server.services.db)) {
    const keys = await server.services.keysOf(tenantId);
    for (const purpose of ['wrapping', 'audit', 'idempotency', 'fingerprint'] as const) {
      for (const { keyId, key } of keys.every(purpose)) found.set(keyId, key);
    }
    const rows = await query<WrappedCustomerKey>(
      server,
      `SELECT key_id AS "keyId", customer_uuid AS "customerUuid", wrapped_key AS "wrappedKey", wrapped_by AS "wrappedBy"
       FROM customer_keys WHERE tenant_id = $1`,
      [tenantId],
    );
    for (const row of rows) found.set(row.keyId, keys.customerKey(row).key);
  }
  return found;
}

/** The clear text of every ciphertext in the database that any key there is still opens. */
export async function everyOpenedValue(server: TestServer): Promise<{ table: string; row: string }[]> {
  const keys = await everyKey(server);
  const columns = await query<{ table: string; column: string }>(
    server,
    `SELECT table_name AS table, column_name AS column FROM information_schema.columns
     WHERE table_schema = 'public' AND data_type = 'bytea'`,
  );
  const opened: { table: string; row: string }[] = [];
  for (const { table, column } of columns) {
    const values = await query<{ value: Buffer }>(
      server,
      `SELECT ${column} AS value FROM ${table} WHERE ${column} IS NOT NULL`,
    );
    for (const { value } of values) {
      const row = readAnyway(value, keys);
      if (row !== null) opened.push({ table: `${table}.${column}`, row });
    }
  }
  return opened;
}
