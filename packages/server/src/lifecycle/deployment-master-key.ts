import { randomBytes, randomUUID } from 'node:crypto';
import type { Config } from '../config.ts';
import type { MasterKey } from '../keys/master-key.ts';
import { explainMasterKey } from '../keys/master-key-failure.ts';
import { openMasterKey } from '../keys/open-master-key.ts';
import { unwrapTenantKeys } from '../keys/tenant-keys.ts';
import type { Database } from '../store/database.ts';
import { listTenantKeys } from '../store/keys.ts';
import { listTenantIds } from '../store/tenants.ts';

/**
 * The master key of this deployment. A key file is made only while the database holds nothing that another one could
 * have sealed; after that a missing one stops the start with a sentence, as does any master key that cannot wrap, or does
 * not open the database's keys.
 */
export async function openDeploymentMasterKey(config: Config, db: Database): Promise<MasterKey> {
  const [tenantId] = await listTenantIds(db);
  return explainMasterKey(async () => {
    const masterKey = await openMasterKey(config, tenantId === undefined);
    if (tenantId !== undefined) await unwrapTenantKeys(masterKey, tenantId, await listTenantKeys(db, tenantId));
    await tryOut(masterKey);
    return masterKey;
  });
}

/** A provider that does not let us wrap is to be told of now, not when the first tenant is made. */
async function tryOut(masterKey: MasterKey): Promise<void> {
  const keyId = randomUUID();
  await masterKey.unwrap(await masterKey.wrap(randomBytes(32), 'onfile', keyId), 'onfile', keyId);
}
