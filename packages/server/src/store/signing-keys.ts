import type { Database, Transaction } from './database.ts';

export type SigningKeyRow = {
  kid: string;
  publicJwk: object;
  sealedPrivateJwk: Buffer;
  sealedUnder: string;
  createdAt: Date;
};

const readAll = {
  name: 'read-signing-keys',
  text: `
    SELECT kid, public_jwk AS "publicJwk", sealed_private_jwk AS "sealedPrivateJwk", sealed_under AS "sealedUnder",
      created_at AS "createdAt"
    FROM signing_keys
    WHERE tenant_id = $1
    ORDER BY created_at DESC`,
};

/** The newest first: it signs, the others still verify. */
export const listSigningKeys = (db: Database, tenantId: string): Promise<SigningKeyRow[]> =>
  db.single(tenantId, readAll, [tenantId]);

const write = {
  name: 'write-signing-key',
  text: `
    INSERT INTO signing_keys (tenant_id, kid, public_jwk, sealed_private_jwk, sealed_under, created_at)
    VALUES ($1, $2, $3, $4, $5, $6)`,
};

export async function insertSigningKey(tx: Transaction, key: SigningKeyRow): Promise<void> {
  await tx.query(write, [tx.tenantId, key.kid, key.publicJwk, key.sealedPrivateJwk, key.sealedUnder, key.createdAt]);
}
