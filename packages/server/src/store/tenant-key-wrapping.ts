import type { Transaction } from './database.ts';

const writeWrapping = {
  name: 'write-tenant-key-wrapping',
  text: `
    UPDATE tenant_keys
    SET wrapped_key = $4, wrapped_by = $5
    WHERE tenant_id = $1 AND key_id = $2 AND wrapped_by = $3
    RETURNING 1`,
};

/** Stores a key as another master key wrapped it. Answers false when it is no longer wrapped by the one before. */
export async function updateKeyWrapping(
  tx: Transaction,
  key: { keyId: string; wrappedByBefore: string; wrappedKey: Buffer; wrappedBy: string },
): Promise<boolean> {
  const { keyId, wrappedByBefore, wrappedKey, wrappedBy } = key;
  const updated = await tx.query(writeWrapping, [tx.tenantId, keyId, wrappedByBefore, wrappedKey, wrappedBy]);
  return updated.length > 0;
}
