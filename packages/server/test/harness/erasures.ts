import { withNewCustomer } from './gateway.ts';
import { bearer, createRecord } from './main-job.ts';
import type { Answer, TestServer, TestTenant } from './server.ts';

const erasureOf = (tenant: TestTenant, caller: TestTenant): string =>
  `/contacts/${caller.tenantId}/${tenant.contactId}/erasure`;

/** Erases the tenant's contact, as the tenant itself asks for it or another caller does. */
export const eraseContact = (
  server: TestServer,
  tenant: TestTenant,
  caller = tenant,
  headers: Record<string, string> = {},
): Promise<Answer> => server.call('POST', erasureOf(tenant, caller), { headers: { ...bearer(caller), ...headers } });

/** How far the erasure of the tenant's contact has got. */
export const readErasure = (server: TestServer, tenant: TestTenant, caller = tenant): Promise<Answer> =>
  server.call('GET', erasureOf(tenant, caller), { headers: bearer(caller) });

/** The tenant with a customer of its own, who has one record. */
export async function customerWithRecord(
  server: TestServer,
  of: TestTenant,
  overrides: object = {},
): Promise<{ tenant: TestTenant; record: Record<string, any> }> {
  const tenant = await withNewCustomer(server, of);
  return { tenant, record: await createRecord(server, tenant, overrides) };
}
