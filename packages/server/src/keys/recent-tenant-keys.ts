import type { Database } from '../store/database.ts';
import { listTenantKeys } from '../store/keys.ts';
import type { MasterKeyProvider } from './master-key.ts';
import { type TenantKeys, unwrapTenantKeys } from './tenant-keys.ts';

type Known = { keys: TenantKeys; readAt: number };

/**
 * Answers tenants' keys, read again when that was longer ago than `recentMs`, and at once when one was lacking. The same
 * object is renewed, so that work that holds it has the keys of whoever asked last.
 */
export function recentTenantKeys(options: {
  db: Database;
  masterKey: MasterKeyProvider;
  now: () => Date;
  recentMs: number;
}): (tenantId: string) => Promise<TenantKeys> {
  const { db, masterKey, now, recentMs } = options;
  const known = new Map<string, Known>();
  const reading = new Map<string, Promise<TenantKeys>>();

  async function read(tenantId: string): Promise<TenantKeys> {
    const readAt = performance.now();
    const wrapped = await listTenantKeys(db, tenantId);
    const before = known.get(tenantId)?.keys;
    await before?.take(wrapped);
    const keys = before ?? (await unwrapTenantKeys(masterKey, tenantId, wrapped, now));
    known.set(tenantId, { keys, readAt });
    return keys;
  }

  return async (tenantId) => {
    const found = known.get(tenantId);
    if (found && !found.keys.lacksOne && performance.now() - found.readAt < recentMs) return found.keys;
    let promise = reading.get(tenantId);
    if (!promise) {
      promise = read(tenantId).finally(() => reading.delete(tenantId));
      reading.set(tenantId, promise);
    }
    return promise;
  };
}
