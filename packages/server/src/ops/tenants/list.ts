import type { Services } from '../../context.ts';
import { findTenant, listTenantIds, type Tenant } from '../../store/tenants.ts';

/** Every tenant, by id. Row security shows one tenant at a time, so each is read by itself. */
export async function listTenants(services: Services): Promise<Tenant[]> {
  const tenants: Tenant[] = [];
  for (const tenantId of await listTenantIds(services.db)) {
    const tenant = await findTenant(services.db, tenantId);
    if (tenant) tenants.push(tenant);
  }
  return tenants;
}
