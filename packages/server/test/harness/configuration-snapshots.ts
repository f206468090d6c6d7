import assert from 'node:assert/strict';
import { runBackgroundTasks } from './background-tasks.ts';
import { bearer, type Payee, type Reachable } from './main-job.ts';
import type { Answer, TestServer } from './server.ts';

/** Calls as the tenant's client: whatever is its own through the Records API. */
export const ask = (
  server: Reachable,
  tenant: Payee,
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Answer> =>
  server.call(method, path, { headers: { ...bearer(tenant), ...headers }, ...(body === undefined ? {} : { body }) });

/** Captures a snapshot of the tenant. Answers it as the server shows it. */
export async function capture(server: Reachable, tenant: Payee, name = 'Before'): Promise<Record<string, any>> {
  const answer = await ask(server, tenant, 'POST', `/configurationSnapshots/${tenant.tenantId}`, { name });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
}

export const compare = async (server: Reachable, tenant: Payee, id: string, other: string) =>
  (await ask(server, tenant, 'GET', `/configurationSnapshots/${tenant.tenantId}/${id}/compare?with=${other}`)).body;

export const readRestore = async (server: Reachable, tenant: Payee, id: string): Promise<Record<string, any>> =>
  (await ask(server, tenant, 'GET', `/configurationSnapshotRestores/${tenant.tenantId}/${id}`)).body;

export const conflictsOf = async (server: Reachable, tenant: Payee, id: string): Promise<Record<string, any>[]> =>
  (await ask(server, tenant, 'GET', `/configurationSnapshotRestores/${tenant.tenantId}/${id}/conflicts`)).body.Items;

/** Orders a restore, and has it done. Answers how it ended. */
export async function restore(
  server: TestServer,
  tenant: Payee,
  snapshotId: string,
  order: object = {},
): Promise<Record<string, any>> {
  const path = `/configurationSnapshots/${tenant.tenantId}/${snapshotId}/restore`;
  const { status, body } = await ask(server, tenant, 'POST', path, order);
  assert.equal(status, 202, JSON.stringify(body));
  await runBackgroundTasks(server, tenant.tenantId);
  return readRestore(server, tenant, body.id);
}

export type SandboxCredentials = { tenant_id: string; api_key: string; client_id: string; client_secret: string };

/** Orders a sandbox, without having it filled. */
export async function orderSandbox(
  server: Reachable,
  tenant: Payee,
  snapshotId: string,
  order: { tenant_id: string; name?: string; with_records?: boolean },
): Promise<{ restore: Record<string, any>; sandbox: SandboxCredentials }> {
  const path = `/configurationSnapshots/${tenant.tenantId}/${snapshotId}/sandboxes`;
  const { status, body } = await ask(server, tenant, 'POST', path, order);
  assert.equal(status, 202, JSON.stringify(body));
  return body;
}

/** The sandbox as the main job needs it, with a fresh access token. */
export async function payeeOf(server: Reachable, source: Payee, sandbox: SandboxCredentials): Promise<Payee> {
  const { body } = await server.call('POST', '/oauth/token', {
    body: {
      grant_type: 'client_credentials',
      client_id: sandbox.client_id,
      client_secret: sandbox.client_secret,
    },
  });
  return {
    ...source,
    tenantId: sandbox.tenant_id,
    apiKey: sandbox.api_key,
    clientId: sandbox.client_id,
    clientSecret: sandbox.client_secret,
    accessToken: body.access_token,
  };
}

/** A field by its last letters, as a body defines it. */
export const fieldBody = (id: string, overrides: object = {}): object => ({
  id,
  name: 'Member since',
  type: 'string',
  ...overrides,
});
