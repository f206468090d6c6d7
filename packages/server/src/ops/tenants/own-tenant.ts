import type { Context } from '../../context.ts';
import { OnfileError } from '../../errors.ts';
import { findTenant, type Tenant } from '../../store/tenants.ts';

/**
 * The caller's own tenant as it is now, when the path names it. Throws 404 for any other, whether it exists or not:
 * a credential works inside its own tenant alone.
 */
export async function ownTenant(ctx: Pick<Context, 'db' | 'tenant'>, tenantId: string): Promise<Tenant> {
  const tenant = tenantId === ctx.tenant.tenantId ? await findTenant(ctx.db, tenantId) : null;
  if (!tenant) throw new OnfileError('errormessage.tenant.not.found', { reference: 'tenantId' });
  return tenant;
}
