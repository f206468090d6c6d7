import type { Database, Transaction } from './database.ts';

export type SigningKeyRow = {
  kid: string;
  publicJwk: object;
  sealedPrivateJwk: Buffer;
  sealedUnder: string;
  createdAt: Date;
  /** From then on it verifies no longer; null while it has no successor. */
  retiresAt: Date | null;
};

const readAll = {
  name: 'read-signing-keys',
  text: `
    SELECT kid, public_jwk AS "publicJwk", sealed_private_jwk AS "sealedPrivateJwk", sealed_under AS "sealedUnder",
      created_at AS "createdAt", retires_at AS "retiresAt"
    FROM signing_keys
    WHERE tenant_id = $1
    ORDER BY created_at DESC`,
};

/** The newest first, retired ones included. */
export const listSigningKeys = (db: Database, tenantId: string): Promise<SigningKeyRow[]> =>
  db.single(tenantId, readAll, [tenantId]);

const write = {
  name: 'write-signing-key',
  text: `
    INSERT INTO signing_keys (tenant_id, kid, public_jwk, sealed_private_jwk, sealed_under, created_at)
    VALUES ($1, $2, $3, $4, $5, $6)`,
};

export async function insertSigningKey(tx: Transaction, key: Omit<SigningKeyRow, 'retiresAt'>): Promise<void> {
  await tx.query(write, [tx.tenantId, key.kid, key.publicJwk, key.sealedPrivateJwk, key.sealedUnder, key.createdAt]);
}

const retire = {
  name: 'retire-signing-keys',
  text: `
    UPDATE signing_keys SET retires_at = least(retires_at, $2::timestamptz)
    WHERE tenant_id = $1 AND (retires_at IS NULL OR retires_at > $2)`,
};

/** Lets every key that there is retire at `at`, or when it would anyway. */
export async function retireSigningKeys(tx: Transaction, at: Date): Promise<void> {
  await tx.query(retire, [tx.tenantId, at]);
}

const deleteRetired = {
  name: 'delete-retired-signing-keys',
  text: 'DELETE FROM signing_keys WHERE tenant_id = $1 AND retires_at <= $2',
};

/** Forgets the keys that had retired by `at`. */
export async function deleteRetiredSigningKeys(tx: Transaction, at: Date): Promise<void> {
  await tx.query(deleteRetired, [tx.tenantId, at]);
}
