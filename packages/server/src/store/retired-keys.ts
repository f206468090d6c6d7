import type { Database } from './database.ts';
import { countSealedUnderOthers, sealedPlaces } from './sealed-for-tenant.ts';

const deleteFingerprint = {
  name: 'delete-fingerprint-keys',
  text: `
    DELETE FROM tenant_keys k
    WHERE k.tenant_id = $1 AND k.purpose = 'fingerprint' AND k.key_id <> $2
      AND coalesce(k.active_from, k.created_at) < (
        SELECT coalesce(c.active_from, c.created_at) FROM tenant_keys c WHERE c.tenant_id = $1 AND c.key_id = $2)
      AND NOT EXISTS (
        SELECT FROM vault_secrets v WHERE v.tenant_id = $1 AND v.fingerprint_key_id IS DISTINCT FROM $2)
    RETURNING k.key_id`,
};

/** Destroys the fingerprint keys from before this one, unless a number's fingerprint is under one. Answers their ids. */
export async function deleteFingerprintKeys(db: Database, tenantId: string, current: string): Promise<string[]> {
  const rows = await db.single<{ key_id: string }>(tenantId, deleteFingerprint, [tenantId, current]);
  return rows.map((row) => row.key_id);
}

const deleteUnnamed = {
  name: 'delete-unnamed-tenant-keys',
  text: `
    DELETE FROM tenant_keys k
    USING tenant_keys c
    WHERE k.tenant_id = $1 AND c.tenant_id = $1 AND c.key_id = $2 AND k.purpose = c.purpose
      AND coalesce(k.active_from, k.created_at) < coalesce(c.active_from, c.created_at)
      AND coalesce(c.active_from, c.created_at) <= $3
      AND NOT EXISTS (SELECT FROM customer_keys u WHERE u.tenant_id = $1 AND u.wrapped_by = k.key_id)
      AND NOT EXISTS (SELECT FROM signing_keys s WHERE s.tenant_id = $1 AND s.sealed_under = k.key_id)
      AND NOT EXISTS (SELECT FROM audit_entries e WHERE e.tenant_id = $1 AND e.key_id = k.key_id)
    RETURNING k.key_id`,
};

const remove = async (db: Database, tenantId: string, current: string, retiredBefore: Date): Promise<string[]> => {
  const rows = await db.single<{ key_id: string }>(tenantId, deleteUnnamed, [tenantId, current, retiredBefore]);
  return rows.map((row) => row.key_id);
};

/** Destroys the idempotency keys from before this one, when it came into use before an instant. Answers their ids. */
export const deleteIdempotencyKeys = (
  db: Database,
  tenantId: string,
  current: string,
  retiredBefore: Date,
): Promise<string[]> => remove(db, tenantId, current, retiredBefore);

/**
 * Destroys the wrapping keys from before this one, when it came into use before an instant and nothing names the earlier
 * ones, not even the audit. Answers their ids.
 */
export async function deleteWrappingKeys(
  db: Database,
  tenantId: string,
  current: string,
  retiredBefore: Date,
): Promise<string[]> {
  for (const place of sealedPlaces) {
    if ((await countSealedUnderOthers(db, tenantId, place, current)) > 0) return [];
  }
  return remove(db, tenantId, current, retiredBefore);
}
