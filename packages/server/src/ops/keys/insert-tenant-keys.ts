import type { Services } from '../../context.ts';
import type { Transaction } from '../../store/database.ts';
import { insertTenantKey, type WrappedTenantKey } from '../../store/keys.ts';
import { holdMasterKeys } from '../../store/master-key-turns.ts';
import { unavailable } from '../../store/unavailable.ts';

/**
 * Writes new keys of a tenant. Throws 503 when the master key that wrapped them is no longer the current one of the key
 * file: a rotation might have looked for what it wrapped already, and destroy it.
 */
export async function insertTenantKeys(
  tx: Transaction,
  { masterKey }: Pick<Services, 'masterKey'>,
  keys: readonly WrappedTenantKey[],
  at: Date,
): Promise<void> {
  await holdMasterKeys(tx);
  const current = await masterKey.file?.currentKeyId();
  if (current !== undefined && keys.some(({ wrappedBy }) => wrappedBy !== current)) {
    throw unavailable(new Error('the master key was rotated meanwhile'));
  }
  for (const key of keys) await insertTenantKey(tx, key, at);
}
