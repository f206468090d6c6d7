import type { Caller, Services } from '../../context.ts';
import type { MasterKeyFile } from '../../keys/master-key.ts';
import { explainMasterKey } from '../../keys/master-key-failure.ts';
import { listTenantKeys } from '../../store/keys.ts';
import { changeMasterKeys } from '../../store/master-key-turns.ts';
import { listTenantIds } from '../../store/tenants.ts';
import { rewrapTenantKeys } from './rewrap-tenant-keys.ts';

export type MasterKeyRotation = {
  /** The master key that everything is wrapped by now, as `tenant_keys.wrapped_by` names it. */
  keyId: string;
  /** How many of the tenants' keys were wrapped anew; those that a run before this one did are not counted. */
  rewrapped: number;
  /** Ids of master keys that were destroyed: in the key file only, a KMS keeps its own. */
  destroyed: string[];
};

export type MasterKeyRotationOptions = {
  /** Called after each tenant with how many of how many are done. */
  onProgress?: (done: number, total: number) => void;
  /** Ends the run between two tenants by throwing its reason; the next run goes on from there. */
  signal?: AbortSignal;
};

/** The second one proves that nothing was left over; more are needed only where another server still wraps otherwise. */
const mostPasses = 4;

/**
 * Wraps every tenant's keys by the current master key, while servers serve. What a run before left over, or another
 * provider wrapped, is finished first; with nothing left over, the key file gets a new key. An earlier key of the file is
 * destroyed once no tenant's key is wrapped by it. Two runs at once do no harm. Throws a sentence when a key cannot be
 * opened, or the provider is away or refuses.
 */
export const rotateMasterKey = (
  services: Services,
  caller: Caller,
  options: MasterKeyRotationOptions = {},
): Promise<MasterKeyRotation> => explainMasterKey(() => rotate(services, caller, options));

async function rotate(
  services: Services,
  caller: Caller,
  { onProgress, signal }: MasterKeyRotationOptions,
): Promise<MasterKeyRotation> {
  const { db, masterKey } = services;
  const [anyTenant] = await listTenantIds(db);
  if (anyTenant === undefined) return { keyId: await masterKey.currentKeyId(), rewrapped: 0, destroyed: [] };
  if (masterKey.file) await addKeyUnlessUnfinished(services, masterKey.file, anyTenant);
  const keyId = await masterKey.currentKeyId();

  async function pass(report?: MasterKeyRotationOptions['onProgress']): Promise<{ found: number; rewrapped: number }> {
    const tenantIds = await listTenantIds(db);
    const sum = { found: 0, rewrapped: 0 };
    for (const [n, tenantId] of tenantIds.entries()) {
      signal?.throwIfAborted();
      const { found, rewrapped } = await rewrapTenantKeys(services, caller, tenantId, keyId);
      sum.found += found;
      sum.rewrapped += rewrapped;
      report?.(n + 1, tenantIds.length);
    }
    return sum;
  }
  let rewrapped = 0;
  for (let n = 0; n < mostPasses; n++) {
    const done = await pass(n === 0 ? onProgress : undefined);
    rewrapped += done.rewrapped;
    if (done.found === 0) return { keyId, rewrapped, destroyed: await destroyEarlierKeys(services, keyId, anyTenant) };
  }
  throw new Error(
    `keys are still being wrapped by another master key than ${keyId}; see that all servers have the same settings and the same master key file, and run this again`,
  );
}

/** What is under way is seen by earlier keys in the file, and by keys of tenants that another master key wrapped. */
async function addKeyUnlessUnfinished({ db }: Services, file: MasterKeyFile, anyTenant: string): Promise<void> {
  const before = await file.currentKeyId();
  for (const tenantId of await listTenantIds(db)) {
    const keys = await listTenantKeys(db, tenantId);
    if (keys.some(({ wrappedBy }) => wrappedBy !== before)) return;
  }
  await changeMasterKeys(db, anyTenant, async () => {
    const isUnchanged = (await file.currentKeyId()) === before && (await file.earlierKeyIds()).length === 0;
    if (isUnchanged) await file.addKey();
  });
}

/** Only those before the key that was just proven to have wrapped everything. */
async function destroyEarlierKeys({ db, masterKey }: Services, keyId: string, anyTenant: string): Promise<string[]> {
  const { file } = masterKey;
  if (!file) return [];
  return changeMasterKeys(db, anyTenant, async () =>
    (await file.currentKeyId()) === keyId ? file.destroyEarlierKeys() : [],
  );
}
