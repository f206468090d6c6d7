import { stat } from 'node:fs/promises';
import type { Config } from '../../config.ts';
import { assertMasterKey } from '../../keys/assert-master-key.ts';
import { openMasterKeyFile } from '../../keys/master-key-file.ts';
import { unwrapTenantKeys } from '../../keys/tenant-keys.ts';
import type { Database } from '../../store/database.ts';
import { listTenantKeys } from '../../store/keys.ts';
import { listTenantIds } from '../../store/tenants.ts';
import { examine, type Finding, unknown } from './finding.ts';

const othersAnything = 0o077;
const restore = 'Restore the file from its backup; without it nothing that is sealed can be read.';

/** Whether the master key can be read by us alone, and opens what the database holds. */
export async function examineMasterKey(config: Config, db: Database | null): Promise<Finding[]> {
  const { masterKeyFile } = config;
  const file = await examine('master key file', restore, async () => {
    await openMasterKeyFile(masterKeyFile, false);
    const { mode } = await stat(masterKeyFile);
    if (mode & othersAnything) {
      throw new Error(`${masterKeyFile} is open to other accounts; run chmod 600 ${masterKeyFile}`);
    }
    return `${masterKeyFile} can be read by its owner alone.`;
  });
  if (!db) return [file, unknown('master key', 'The database cannot be reached.')];
  const key = await examine('master key', restore, async () => {
    const masterKey = await openMasterKeyFile(masterKeyFile, false);
    await assertMasterKey(db, masterKey);
    const [tenantId] = await listTenantIds(db);
    if (tenantId === undefined) return 'The database holds nothing sealed yet.';
    await unwrapTenantKeys(masterKey, tenantId, await listTenantKeys(db, tenantId));
    return 'It opens the keys in the database.';
  });
  return [file, key];
}
