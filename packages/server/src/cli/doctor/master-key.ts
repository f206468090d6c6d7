import { stat } from 'node:fs/promises';
import type { Config } from '../../config.ts';
import { assertMasterKey } from '../../keys/assert-master-key.ts';
import { explainMasterKey } from '../../keys/master-key-failure.ts';
import { openMasterKeyFile } from '../../keys/master-key-file.ts';
import { openMasterKey } from '../../keys/open-master-key.ts';
import { unwrapTenantKeys } from '../../keys/tenant-keys.ts';
import type { Database } from '../../store/database.ts';
import { listTenantKeys } from '../../store/keys.ts';
import { listTenantIds } from '../../store/tenants.ts';
import { examine, type Finding, unknown } from './finding.ts';

const othersAnything = 0o077;
const restore = 'Restore the file from its backup; without it nothing that is sealed can be read.';
const reach = 'See to the provider that MASTER_KEY_PROVIDER names; without it nothing that is sealed can be read.';

/** Whether the master key can be read by us alone, and opens what the database holds. */
export async function examineMasterKey(config: Config, db: Database | null): Promise<Finding[]> {
  const { masterKeyFile, masterKeyProviders } = config;
  const examineFile = () =>
    examine('master key file', restore, async () => {
      await openMasterKeyFile(masterKeyFile, false);
      const { mode } = await stat(masterKeyFile);
      if (mode & othersAnything) {
        throw new Error(`${masterKeyFile} is open to other accounts; run chmod 600 ${masterKeyFile}`);
      }
      return `${masterKeyFile} can be read by its owner alone.`;
    });
  const found = masterKeyProviders.includes('file') ? [await examineFile()] : [];
  if (!db) return [...found, unknown('master key', 'The database cannot be reached.')];
  const mend = masterKeyProviders[0] === 'file' ? restore : reach;
  const key = await examine('master key', mend, () =>
    explainMasterKey(async () => {
      const masterKey = await openMasterKey(config, false);
      await assertMasterKey(db, masterKey);
      const [tenantId] = await listTenantIds(db);
      if (tenantId === undefined) return 'The database holds nothing sealed yet.';
      await unwrapTenantKeys(masterKey, tenantId, await listTenantKeys(db, tenantId));
      return 'It opens the keys in the database.';
    }),
  );
  return [...found, key];
}
