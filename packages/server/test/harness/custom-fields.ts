import { bearer } from './main-job.ts';
import type { Answer, TestServer, TestTenant } from './server.ts';

type Options = { headers?: Record<string, string>; query?: string };

export const callCustomFields = (
  server: TestServer,
  tenant: TestTenant,
  method: string,
  path: string,
  body?: unknown,
  { headers = {} }: Options = {},
): Promise<Answer> =>
  server.call(method, `/customFields/${tenant.tenantId}${path}`, { headers: { ...bearer(tenant), ...headers }, body });

/** Defines a field and answers it; one of the same id is replaced. Throws what the server refuses it with. */
export async function defineField(
  server: TestServer,
  tenant: TestTenant,
  definition: { id: string; type: string } & Record<string, unknown>,
): Promise<Record<string, any>> {
  const said = { name: definition.id, ...definition };
  const { status, body } = await callCustomFields(server, tenant, 'POST', '', said);
  if (status === 201) return body;
  if (body.errorCode !== 'errormessage.custom.field.exists') throw new Error(JSON.stringify(body));
  const path = `/${definition.id}?accept_broken_values=true`;
  const replaced = await callCustomFields(server, tenant, 'PUT', path, said);
  if (replaced.status !== 200) throw new Error(JSON.stringify(replaced.body));
  return replaced.body;
}
