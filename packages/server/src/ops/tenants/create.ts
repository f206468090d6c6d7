import type { Caller, Services } from '../../context.ts';
import { OnfileError } from '../../errors.ts';
import { assertMasterKey } from '../../keys/assert-master-key.ts';
import { newTenantKeys, unwrapTenantKeys } from '../../keys/tenant-keys.ts';
import { sqlState, type Transaction } from '../../store/database.ts';
import { insertSigningKey } from '../../store/signing-keys.ts';
import { insertSettingsVersion } from '../../store/tenant-settings.ts';
import { insertTenant, type Tenant } from '../../store/tenants.ts';
import { insertTrail } from '../../store/trail.ts';
import { newSigningKey } from '../access-tokens/signing-key.ts';
import { insertTenantKeys } from '../keys/insert-tenant-keys.ts';
import { randomTraceId } from '../trace-id.ts';
import { trailOf } from '../trail.ts';
import { liveModeFaults } from './live-mode.ts';
import { newTenant, type TenantCreation } from './rules.ts';
import { settingsVersionOf } from './settings-content.ts';

/**
 * Makes a tenant with its keys and the key that signs its access tokens, all or nothing. Throws 400 naming a setting
 * that cannot be used, 409 when the id is taken, 503 for live
 * mode where the settings of the installation are not fit for it.
 *
 * @param further what else belongs to making it, in the same transaction
 */
export async function createTenant(
  services: Services,
  input: TenantCreation,
  caller: Caller,
  further?: (tx: Transaction) => Promise<void>,
): Promise<Tenant> {
  const at = services.now();
  const tenant = newTenant(input, at);
  if (tenant.mode === 'live' && liveModeFaults(services.config).length > 0) {
    throw new OnfileError('errormessage.live.mode.unavailable', { reference: 'mode' });
  }
  const { tenantId } = tenant;
  await assertMasterKey(services.db, services.masterKey);
  const wrapped = await newTenantKeys(services.masterKey, tenantId);
  const keys = await unwrapTenantKeys(services.masterKey, tenantId, wrapped);
  const signingKey = await newSigningKey(tenantId, keys.wrapping, at);
  const trail = trailOf(
    { tenant, keys, caller, traceId: randomTraceId(), sourceAddress: null },
    { action: 'tenant.created', at, subject: { kind: 'tenant', id: tenantId } },
  );
  await services.db.transaction(tenantId, async (tx) => {
    await insertTenant(tx, tenant).catch(refuseTakenId);
    await insertSettingsVersion(tx, settingsVersionOf(tenant, caller));
    await insertTenantKeys(tx, services, wrapped, at);
    await insertSigningKey(tx, signingKey);
    await insertTrail(tx, trail);
    await further?.(tx);
  });
  return tenant;
}

function refuseTakenId(error: unknown): never {
  if (sqlState(error) !== '23505') throw error;
  throw new OnfileError('errormessage.tenant.exists', { reference: 'tenantId', cause: error });
}
