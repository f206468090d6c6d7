import type { Database } from '../store/database.ts';
import { listTenantKeys } from '../store/keys.ts';
import { listTenantIds } from '../store/tenants.ts';
import type { MasterKey } from './master-key.ts';

/** Throws a sentence when the tenants' keys were wrapped by a master key that the settings do not name. */
export async function assertMasterKey(db: Database, masterKey: MasterKey): Promise<void> {
  const [tenantId] = await listTenantIds(db);
  if (tenantId === undefined) return;
  const keys = await listTenantKeys(db, tenantId);
  for (const { wrappedBy } of keys) {
    if (await masterKey.holds(wrappedBy)) continue;
    throw new Error(
      'the master key is not the one that this database was sealed with; set MASTER_KEY_FILE to that one, or MASTER_KEY_PROVIDER to where it is',
    );
  }
}
