import assert from 'node:assert/strict';
import type { Answer } from './http-caller.ts';
import { bearer, type Payee, type Reachable } from './main-job.ts';

/** Defines a field by the rest of its definition. */
export const defineField = (
  server: Reachable,
  tenant: Payee,
  id: string,
  definition: object,
  headers: Record<string, string> = {},
): Promise<Answer> =>
  server.call('POST', `/customFields/${tenant.tenantId}`, {
    headers: { ...bearer(tenant), ...headers },
    body: { id, name: id, ...definition },
  });

/** Defines fields one after the other, and fails when one is refused. */
export async function defineFields(
  server: Reachable,
  tenant: Payee,
  definitions: Readonly<Record<string, object>>,
): Promise<void> {
  for (const [id, definition] of Object.entries(definitions)) {
    const { status, body } = await defineField(server, tenant, id, definition);
    assert.equal(status, 201, JSON.stringify(body));
  }
}

/** Replaces a definition. */
export const redefineField = (server: Reachable, tenant: Payee, id: string, definition: object): Promise<Answer> =>
  server.call('PUT', `/customFields/${tenant.tenantId}/${id}?accept_broken_values=true`, {
    headers: bearer(tenant),
    body: { name: id, ...definition },
  });

/** What a record holds in its custom fields, by their ids. */
export const valuesOf = (record: Record<string, any>): Record<string, unknown> =>
  Object.fromEntries(
    (record['custom_field_values'] ?? []).map(({ custom_field_id, ...value }: Record<string, unknown>) => [
      custom_field_id,
      Object.values(value)[0],
    ]),
  );

export const recalculations = (
  server: Reachable,
  tenant: Payee,
  rest = '',
  headers = bearer(tenant),
): Promise<Answer> => server.call('GET', `/recalculations/${tenant.tenantId}${rest}`, { headers });

export const recalculate = (server: Reachable, tenant: Payee, headers: Record<string, string> = {}): Promise<Answer> =>
  server.call('POST', `/recalculations/${tenant.tenantId}`, { headers: { ...bearer(tenant), ...headers } });
