import type { Database } from './database.ts';
import { type FoundRecord, foundFrom, selectFound } from './records.ts';
import type { VaultSecretRow } from './vault-secrets.ts';

/** A number whose fingerprint is to be made anew; `record_id` is whose it is, null while it is a request's. */
export type FingerprintedSecret = Pick<
  VaultSecretRow,
  'secret_id' | 'key_id' | 'ciphertext' | 'fingerprint' | 'fingerprint_key_id'
> & { record_id: string | null };

const readOthers = {
  name: 'read-fingerprints-under-others',
  text: `
    SELECT secret_id, key_id, ciphertext, fingerprint, fingerprint_key_id, record_id FROM vault_secrets
    WHERE tenant_id = $1 AND fingerprint_key_id IS DISTINCT FROM $2::uuid AND secret_id > $3
    ORDER BY secret_id
    LIMIT $4`,
};

/** Numbers with a fingerprint under another key than this one, in the order of their ids, after one. */
export const listFingerprintsUnderOthers = (
  db: Database,
  tenantId: string,
  keyId: string,
  after: string,
  limit: number,
): Promise<FingerprintedSecret[]> => db.single(tenantId, readOthers, [tenantId, keyId, after, limit]);

const replace = {
  name: 'replace-fingerprint',
  text: `
    UPDATE vault_secrets SET fingerprint = $4, fingerprint_key_id = $5, earlier_fingerprint = $3
    WHERE tenant_id = $1 AND secret_id = $2 AND fingerprint = $3`,
};

/** Gives a number its fingerprint under another key; the one before is still looked up until `clearEarlierFingerprints`. */
export async function replaceFingerprint(
  db: Database,
  tenantId: string,
  secret: Pick<VaultSecretRow, 'secret_id' | 'fingerprint'>,
  next: { fingerprint: Buffer; keyId: string },
): Promise<void> {
  await db.single(tenantId, replace, [tenantId, secret.secret_id, secret.fingerprint, next.fingerprint, next.keyId]);
}

const clear = {
  name: 'clear-earlier-fingerprints',
  text: 'UPDATE vault_secrets SET earlier_fingerprint = NULL WHERE tenant_id = $1 AND earlier_fingerprint IS NOT NULL',
};

/** Forgets the fingerprints under the key before, once no number is known by that one alone. */
export async function clearEarlierFingerprints(db: Database, tenantId: string): Promise<void> {
  await db.single(tenantId, clear, [tenantId]);
}

const count = {
  name: 'count-fingerprints-under-others',
  text: `
    SELECT count(*) AS found FROM vault_secrets
    WHERE tenant_id = $1 AND (fingerprint_key_id IS DISTINCT FROM $2::uuid OR earlier_fingerprint IS NOT NULL)`,
};

/** How many fingerprints there are under another key than this one. */
export async function countFingerprintsUnderOthers(
  db: Database,
  tenantId: string,
  keyId: string,
  firstKeyId: string,
): Promise<number> {
  const [row] = await db.single<{ found: number }>(tenantId, keyId === firstKeyId ? countFirst : count, [
    tenantId,
    keyId,
  ]);
  return row?.found ?? 0;
}

const countFirst = {
  name: 'count-fingerprints-under-others-than-the-first',
  text: `
    SELECT count(*) AS found FROM vault_secrets
    WHERE tenant_id = $1 AND (coalesce(fingerprint_key_id, $2::uuid) <> $2::uuid OR earlier_fingerprint IS NOT NULL)`,
};

const readRequest = {
  name: 'read-request-of-secret',
  text: `
    SELECT request_id, sealed FROM payment_requests
    WHERE tenant_id = $1 AND secret_id = $2 AND sealed IS NOT NULL
    LIMIT 1`,
};

/** What was entered with a number; null when that is gone. */
export async function findRequestOfSecret(
  db: Database,
  tenantId: string,
  secretId: string,
): Promise<{ request_id: string; sealed: Buffer } | null> {
  const [row] = await db.single<{ request_id: string; sealed: Buffer }>(tenantId, readRequest, [tenantId, secretId]);
  return row ?? null;
}

const readRecords = {
  name: 'read-records-with-terms',
  text: `${selectFound('m')}
    ${foundFrom}
    WHERE m.tenant_id = $1 AND m.id > $2
      AND EXISTS (SELECT FROM custom_field_terms t WHERE t.tenant_id = $1 AND t.record_id = m.id)
    ORDER BY m.id
    LIMIT $3`,
};

/** The records that can be found by a custom field, deleted ones too, in the order of their ids, after one. */
export const listRecordsWithTerms = (
  db: Database,
  tenantId: string,
  after: string,
  limit: number,
): Promise<FoundRecord[]> => db.single(tenantId, readRecords, [tenantId, after, limit]);
