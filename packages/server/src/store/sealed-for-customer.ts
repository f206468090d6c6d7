import type { Database } from './database.ts';

/** A version of a record as it is sealed; the record itself shares the ciphertext while that is its version. */
export type SealedVersion = { id: string; sys_version: number; sealed: Buffer };

const readVersions = {
  name: 'read-versions-under-key',
  text: `
    SELECT id, sys_version, sealed FROM stored_payment_method_versions
    WHERE tenant_id = $1 AND key_id = $2 AND sealed IS NOT NULL AND id || '/' || sys_version <> ALL ($3::text[])
    LIMIT $4`,
};

/** A version's name among all of the tenant's. */
export const versionName = ({ id, sys_version }: Pick<SealedVersion, 'id' | 'sys_version'>): string =>
  `${id}/${sys_version}`;

/** Versions that are sealed under a customer's key, but for some; moving them to another takes them out of the list. */
export const listVersionsUnderKey = (
  db: Database,
  tenantId: string,
  keyId: string,
  but: readonly string[],
  limit: number,
): Promise<SealedVersion[]> => db.single(tenantId, readVersions, [tenantId, keyId, but, limit]);

const moveVersion = {
  name: 'move-version-to-key',
  text: `
    WITH record AS (
      UPDATE stored_payment_methods SET key_id = $5, sealed = $6
      WHERE tenant_id = $1 AND id = $2 AND sys_version = $3 AND key_id = $4
    )
    UPDATE stored_payment_method_versions SET key_id = $5, sealed = $6
    WHERE tenant_id = $1 AND id = $2 AND sys_version = $3 AND key_id = $4`,
};

/** Puts a version that was sealed anew in its place, in the history and in the record if it still is its version. */
export async function moveVersionToKey(
  db: Database,
  tenantId: string,
  version: SealedVersion,
  from: string,
  to: string,
): Promise<void> {
  await db.single(tenantId, moveVersion, [tenantId, version.id, version.sys_version, from, to, version.sealed]);
}

/** Where else something is sealed under a customer's key; the id of a row is bound into its ciphertext. */
const places = {
  vault_secrets: { id: 'secret_id', column: 'ciphertext' },
  payment_requests: { id: 'request_id', column: 'sealed' },
  token_tasks: { id: 'task_id', column: 'sealed' },
} as const;

export type CustomersPlace = keyof typeof places;
export const customersPlaces = Object.keys(places) as CustomersPlace[];
export type SealedForCustomer = { id: string; sealed: Buffer };

/** What is sealed under a customer's key in one place, but for some; moving it to another takes it out of the list. */
export function listUnderKey(
  db: Database,
  tenantId: string,
  place: CustomersPlace,
  keyId: string,
  but: readonly string[],
  limit: number,
): Promise<SealedForCustomer[]> {
  const { id, column } = places[place];
  const statement = {
    name: `read-${place}-under-key`,
    text: `
      SELECT ${id} AS id, ${column} AS sealed FROM ${place}
      WHERE tenant_id = $1 AND key_id = $2 AND ${column} IS NOT NULL AND ${id} <> ALL ($3::uuid[])
      LIMIT $4`,
  };
  return db.single(tenantId, statement, [tenantId, keyId, but, limit]);
}

/** Puts a value that was sealed anew in the place of the one that was read; nothing happens when that one is gone. */
export async function moveToKey(
  db: Database,
  tenantId: string,
  place: CustomersPlace,
  read: SealedForCustomer,
  next: { keyId: string; sealed: Buffer },
): Promise<void> {
  const { id, column } = places[place];
  const statement = {
    name: `move-${place}-to-key`,
    text: `UPDATE ${place} SET key_id = $4, ${column} = $5 WHERE tenant_id = $1 AND ${id} = $2 AND ${column} = $3`,
  };
  await db.single(tenantId, statement, [tenantId, read.id, read.sealed, next.keyId, next.sealed]);
}

const moveEmpty = {
  name: 'move-empty-requests-to-key',
  text: 'UPDATE payment_requests SET key_id = $3 WHERE tenant_id = $1 AND key_id = $2 AND sealed IS NULL',
};

/** Requests whose content is gone name a key that has nothing to open. */
export async function moveEmptyRequests(db: Database, tenantId: string, from: string, to: string): Promise<void> {
  await db.single(tenantId, moveEmpty, [tenantId, from, to]);
}
