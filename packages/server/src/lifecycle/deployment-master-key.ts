import type { Config } from '../config.ts';
import { type MasterKey, openMasterKeyFile } from '../keys/master-key-file.ts';
import { unwrapTenantKeys } from '../keys/tenant-keys.ts';
import type { Database } from '../store/database.ts';
import { listTenantKeys } from '../store/keys.ts';
import { listTenantIds } from '../store/tenants.ts';

/**
 * The master key of this deployment. It is made only while the database holds nothing that another one could have
 * sealed; after that a missing file, or one that does not open the database's keys, stops the start with a sentence.
 */
export async function openDeploymentMasterKey(config: Config, db: Database): Promise<MasterKey> {
  const [tenantId] = await listTenantIds(db);
  const masterKey = await openMasterKeyFile(config.masterKeyFile, tenantId === undefined);
  if (tenantId === undefined) return masterKey;
  const wrapped = await listTenantKeys(db, tenantId);
  await unwrapTenantKeys(masterKey, tenantId, wrapped).catch((cause: unknown) => {
    throw new Error(
      `the master key file ${config.masterKeyFile} does not open this database's keys; set MASTER_KEY_FILE to the one that does, or restore it from its backup`,
      { cause },
    );
  });
  return masterKey;
}
