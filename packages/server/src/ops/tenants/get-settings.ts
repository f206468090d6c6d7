import type { Context } from '../../context.ts';
import type { TenantSettings } from '../../contract/tenant-settings.ts';
import { operation } from '../operation.ts';
import { ownTenant } from './own-tenant.ts';
import { presentSettings } from './settings-content.ts';

/** The tenant's settings as they are now. Throws 404 for another tenant's id. */
export const getTenantSettings = operation(
  'TENANT_READ',
  async (ctx: Context, { tenantId }: { tenantId: string }): Promise<TenantSettings> =>
    presentSettings(await ownTenant(ctx, tenantId)),
);
