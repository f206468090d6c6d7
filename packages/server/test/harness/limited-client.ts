import { scopes } from '../../src/contract/scopes.ts';
import { createClient } from '../../src/ops/clients/create.ts';
import { tenantContext } from '../../src/ops/tenants/context.ts';
import type { TestServer, TestTenant } from './server.ts';

/** The tenant as a client sees it that is limited to the tenant's contact, with every scope. */
export async function limitedToContact(server: TestServer, tenant: TestTenant): Promise<TestTenant> {
  const setup = { kind: 'command-line', id: 'test', scopes: new Set(scopes) } as const;
  const ctx = await tenantContext(server.services, tenant.tenantId, setup);
  const { contactId } = tenant;
  const { clientId, clientSecret } = await createClient(ctx, { name: 'limited', scopes, contactId });
  const { body } = await server.call('POST', '/oauth/token', {
    body: { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret.reveal() },
  });
  return { ...tenant, accessToken: body.access_token };
}
