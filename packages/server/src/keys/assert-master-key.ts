import type { Database } from '../store/database.ts';
import { listTenantKeys } from '../store/keys.ts';
import { listTenantIds } from '../store/tenants.ts';
import type { MasterKey } from './master-key-file.ts';

/** Throws a sentence when the tenants' keys were wrapped by another master key than this one. */
export async function assertMasterKey(db: Database, masterKey: MasterKey): Promise<void> {
  const [tenantId] = await listTenantIds(db);
  if (tenantId === undefined) return;
  const keys = await listTenantKeys(db, tenantId);
  if (keys.every((key) => key.wrappedBy === masterKey.keyId)) return;
  throw new Error('the master key is not the one that this database was sealed with; set MASTER_KEY_FILE to that one');
}
