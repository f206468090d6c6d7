import type { Caller, Context, Services } from '../../context.ts';
import { OnfileError } from '../../errors.ts';
import { findTenant } from '../../store/tenants.ts';
import { activeTraceId } from '../../telemetry/tracing.ts';
import { randomTraceId } from '../trace-id.ts';
import { isTenantId } from './tenant-id.ts';

/** What an operation runs in when no request asked for it: the command line, the first start, a job. Throws 404. */
export async function tenantContext(services: Services, tenantId: string, caller: Caller): Promise<Context> {
  // Not the recent tenant: one that was just created must be found.
  const tenant = isTenantId(tenantId) ? await findTenant(services.db, tenantId) : null;
  if (!tenant) throw new OnfileError('errormessage.tenant.not.found', { reference: 'tenantId' });
  return {
    ...services,
    tenant,
    caller,
    locale: tenant.locale,
    keys: await services.keysOf(tenantId),
    traceId: activeTraceId() ?? randomTraceId(),
    sourceAddress: null,
    keepAnswer: () => undefined,
  };
}
