import type { Database, Transaction } from './database.ts';

export type ApiKeyRow = {
  keyId: string;
  name: string;
  secretHash: Buffer;
  scopes: string[];
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
  /** The key that took its place when it was rotated. */
  replacedBy: string | null;
};

export type ClientRow = {
  clientId: string;
  name: string;
  secretHash: Buffer;
  scopes: string[];
  createdAt: Date;
  revokedAt: Date | null;
  /** After a rotation, the secret before and until when it is still good. */
  earlierSecretHash: Buffer | null;
  earlierSecretUntil: Date | null;
  /** The one contact whose data the client sees; null: every contact's. */
  contactId: string | null;
};

const keyColumns = `key_id AS "keyId", name, secret_hash AS "secretHash", scopes, created_at AS "createdAt",
  expires_at AS "expiresAt", revoked_at AS "revokedAt", replaced_by AS "replacedBy"`;
const clientColumns = `client_id AS "clientId", name, secret_hash AS "secretHash", scopes, created_at AS "createdAt",
  revoked_at AS "revokedAt", earlier_secret_hash AS "earlierSecretHash", earlier_secret_until AS "earlierSecretUntil",
  contact_id AS "contactId"`;

const readKey = {
  name: 'read-api-key',
  text: `SELECT ${keyColumns} FROM api_keys WHERE tenant_id = $1 AND key_id = $2`,
};
const readKeys = {
  name: 'read-api-keys',
  text: `SELECT ${keyColumns} FROM api_keys WHERE tenant_id = $1 ORDER BY created_at, key_id`,
};
const writeKey = {
  name: 'write-api-key',
  text: `
    INSERT INTO api_keys (tenant_id, key_id, name, secret_hash, scopes, created_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)`,
};
const endKey = {
  name: 'end-api-key',
  text: `
    UPDATE api_keys SET revoked_at = coalesce(revoked_at, $3)
    WHERE tenant_id = $1 AND key_id = $2
    RETURNING key_id`,
};
const readClient = {
  name: 'read-client',
  text: `SELECT ${clientColumns} FROM clients WHERE tenant_id = $1 AND client_id = $2`,
};
const readClients = {
  name: 'read-clients',
  text: `SELECT ${clientColumns} FROM clients WHERE tenant_id = $1 ORDER BY created_at, client_id`,
};
const writeClient = {
  name: 'write-client',
  text: `
    INSERT INTO clients (tenant_id, client_id, name, secret_hash, scopes, created_at, contact_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7)`,
};
const endClient = {
  name: 'end-client',
  text: `
    UPDATE clients SET revoked_at = coalesce(revoked_at, $3)
    WHERE tenant_id = $1 AND client_id = $2
    RETURNING client_id`,
};

export async function findApiKey(db: Database, tenantId: string, keyId: string): Promise<ApiKeyRow | null> {
  const [row] = await db.single<ApiKeyRow>(tenantId, readKey, [tenantId, keyId]);
  return row ?? null;
}

export const listApiKeys = (db: Database, tenantId: string): Promise<ApiKeyRow[]> =>
  db.single(tenantId, readKeys, [tenantId]);

export async function insertApiKey(tx: Transaction, key: Omit<ApiKeyRow, 'revokedAt' | 'replacedBy'>): Promise<void> {
  await tx.query(writeKey, [
    tx.tenantId,
    key.keyId,
    key.name,
    key.secretHash,
    key.scopes,
    key.createdAt,
    key.expiresAt,
  ]);
}

/** Revokes a key for good; false when the tenant has none of that id. */
export const revokeApiKey = async (tx: Transaction, keyId: string, at: Date): Promise<boolean> =>
  (await tx.query(endKey, [tx.tenantId, keyId, at])).length === 1;

export async function findClient(db: Database, tenantId: string, clientId: string): Promise<ClientRow | null> {
  const [row] = await db.single<ClientRow>(tenantId, readClient, [tenantId, clientId]);
  return row ?? null;
}

export const listClients = (db: Database, tenantId: string): Promise<ClientRow[]> =>
  db.single(tenantId, readClients, [tenantId]);

type NewClient = Omit<ClientRow, 'revokedAt' | 'earlierSecretHash' | 'earlierSecretUntil'>;

export async function insertClient(tx: Transaction, client: NewClient): Promise<void> {
  await tx.query(writeClient, [
    tx.tenantId,
    client.clientId,
    client.name,
    client.secretHash,
    client.scopes,
    client.createdAt,
    client.contactId,
  ]);
}

/** Revokes a client and with it its tokens; false when the tenant has none of that id. */
export const revokeClient = async (tx: Transaction, clientId: string, at: Date): Promise<boolean> =>
  (await tx.query(endClient, [tx.tenantId, clientId, at])).length === 1;
