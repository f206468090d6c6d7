import type { Caller, Services } from '../../context.ts';
import { listTenantIds } from '../../store/tenants.ts';
import { insertTrail } from '../../store/trail.ts';
import { tenantContext } from '../tenants/context.ts';
import { trailOf } from '../trail.ts';

/** Tells in the audit of every tenant that all of its data was copied into a backup, when and by whom. */
export async function recordBackup(services: Services, caller: Caller): Promise<void> {
  for (const tenantId of await listTenantIds(services.db)) {
    const ctx = await tenantContext(services, tenantId, caller);
    const trail = trailOf(ctx, {
      action: 'tenant.backed_up',
      at: ctx.now(),
      subject: { kind: 'tenant', id: tenantId },
    });
    await ctx.db.transaction(tenantId, (tx) => insertTrail(tx, trail));
  }
}
