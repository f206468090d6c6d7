import type { Config } from '../config.ts';
import { liveModeFaults } from '../ops/tenants/live-mode.ts';
import type { Database } from '../store/database.ts';
import { findLiveTenantId } from '../store/tenants.ts';

/** Throws a sentence when there is a tenant in live mode that these settings are not fit for. */
export async function assertFitForLiveTenants(config: Config, db: Database): Promise<void> {
  const faults = liveModeFaults(config);
  const tenantId = faults.length > 0 ? await findLiveTenantId(db) : null;
  if (tenantId !== null) throw new Error(`the tenant ${tenantId} is in live mode: ${faults.join('. And ')}`);
}
