import type { FastifyRequest } from 'fastify';
import type { Services } from '../context.ts';
import { OnfileError } from '../errors.ts';
import { liveModeFaults } from '../ops/tenants/live-mode.ts';
import { isTenantId } from '../ops/tenants/tenant-id.ts';
import type { Tenant } from '../store/tenants.ts';

/**
 * Serves a tenant in live mode over HTTPS alone, the server's own or that of a trusted proxy, and only where the settings
 * are fit for it. Throws 403 over HTTP: no redirect, since the credential has been sent in clear already. Throws 503
 * where a setting is lacking, as for a tenant that was made with other settings while the server ran.
 */
export function holdToLiveMode(services: Services, request: FastifyRequest, tenant: Pick<Tenant, 'mode'>): void {
  if (tenant.mode === 'test') return;
  if (request.protocol !== 'https') throw new OnfileError('errormessage.https.required');
  if (liveModeFaults(services.config).length > 0) throw new OnfileError('errormessage.live.mode.unavailable');
}

/** The same for what names its tenant without proving anything; one that does not exist is nobody's. */
export async function holdNamedToLiveMode(
  services: Services,
  request: FastifyRequest,
  tenantId: string,
): Promise<void> {
  const tenant = isTenantId(tenantId) ? await services.tenantById(tenantId) : null;
  if (tenant) holdToLiveMode(services, request, tenant);
}
