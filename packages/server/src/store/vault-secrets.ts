import type { Database, Transaction } from './database.ts';

export type VaultSecretRow = {
  secret_id: string;
  customer_uuid: string;
  key_id: string;
  ciphertext: Buffer;
  fingerprint: Buffer;
  /** Null: the tenant's first. */
  fingerprint_key_id: string | null;
  /** The same number's under the key before, as long as others may still be under that one. */
  earlier_fingerprint: Buffer | null;
  created_at: Date;
};

const write = {
  name: 'write-vault-secret',
  text: `
    INSERT INTO vault_secrets (tenant_id, secret_id, customer_uuid, key_id, ciphertext, fingerprint, created_at,
      fingerprint_key_id, earlier_fingerprint)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
};

export async function insertVaultSecret(tx: Transaction, row: VaultSecretRow): Promise<void> {
  await tx.query(write, [
    tx.tenantId,
    row.secret_id,
    row.customer_uuid,
    row.key_id,
    row.ciphertext,
    row.fingerprint,
    row.created_at,
    row.fingerprint_key_id,
    row.earlier_fingerprint,
  ]);
}

const read = {
  name: 'read-vault-secret',
  text: `
    SELECT secret_id, customer_uuid, key_id, ciphertext, fingerprint, created_at, fingerprint_key_id, earlier_fingerprint
    FROM vault_secrets
    WHERE tenant_id = $1 AND secret_id = $2`,
};

export async function findVaultSecret(
  db: Database,
  tenantId: string,
  secretId: string,
): Promise<VaultSecretRow | null> {
  const [row] = await db.single<VaultSecretRow>(tenantId, read, [tenantId, secretId]);
  return row ?? null;
}

const readHolder = {
  name: 'read-number-holder',
  text: 'SELECT record_id, destroy_after FROM vault_secrets WHERE tenant_id = $1 AND secret_id = $2',
};

/** Whose number it is, and when it will be destroyed, if it was replaced; null when it is in the vault no more. */
export async function findNumberHolder(
  db: Database,
  tenantId: string,
  secretId: string,
): Promise<{ record_id: string | null; destroy_after: Date | null } | null> {
  const [row] = await db.single<{ record_id: string | null; destroy_after: Date | null }>(tenantId, readHolder, [
    tenantId,
    secretId,
  ]);
  return row ?? null;
}

const destroyReplaced = {
  name: 'destroy-replaced-numbers',
  text: 'DELETE FROM vault_secrets WHERE tenant_id = $1 AND destroy_after <= $2',
};

const destroyUnused = {
  name: 'destroy-unused-numbers',
  text: `
    DELETE FROM vault_secrets v
    WHERE v.tenant_id = $1 AND v.record_id IS NULL
      AND NOT EXISTS (
        SELECT FROM payment_requests r
        WHERE r.tenant_id = $1 AND r.secret_id = v.secret_id
          AND r.status IN ('CREATED', 'CHALLENGED', 'AUTHENTICATED', 'PREAUTHED')
      )`,
};

/** Destroys numbers whose retention is over, and those that were entered but never used. */
export async function destroyNumbers(db: Database, tenantId: string, now: Date): Promise<void> {
  await db.single(tenantId, destroyReplaced, [tenantId, now]);
  await db.single(tenantId, destroyUnused, [tenantId]);
}

const destroyOne = {
  name: 'destroy-number',
  text: 'DELETE FROM vault_secrets WHERE tenant_id = $1 AND secret_id = $2 AND record_id IS NULL',
};

/** Destroys a number that belongs to no record. */
export async function deleteVaultSecret(tx: Transaction, secretId: string): Promise<void> {
  await tx.query(destroyOne, [tx.tenantId, secretId]);
}

const spare = {
  name: 'spare-number',
  text: `
    UPDATE vault_secrets SET destroy_after = NULL, doomed_by_version = NULL
    WHERE tenant_id = $1 AND record_id = $2 AND doomed_by_version = $3`,
};

/** Keeps the number that a version of its record has doomed, such as a deletion that is undone. */
export async function spareNumber(tx: Transaction, recordId: string, version: number): Promise<void> {
  await tx.query(spare, [tx.tenantId, recordId, version]);
}
