import { query } from './look-inside.ts';
import type { TestServer } from './server.ts';

/** Kept of any request: how often an endpoint was called, and answers under an Idempotency-Key. */
const keptOfEveryRequest = new Set(['rate_limits', 'idempotency_keys']);

async function digests(server: TestServer, tables: readonly string[], where = ''): Promise<Record<string, string>> {
  const each = tables.map(
    (name) =>
      `SELECT '${name}' AS name, count(*) || ' ' || coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '') AS digest FROM ${name} AS t ${where}`,
  );
  const rows = await query<{ name: string; digest: string }>(server, each.join(' UNION ALL '));
  return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]));
}

/** A digest of all rows of each table, to tell whether requests have changed anything. */
export async function storedRows(server: TestServer): Promise<Record<string, string>> {
  const tables = await query<{ name: string }>(
    server,
    `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1`,
  );
  const names = tables.map(({ name }) => name);
  return digests(
    server,
    names.filter((name) => !keptOfEveryRequest.has(name)),
  );
}

/** The tables whose rows belong to a tenant. */
export async function tenantTables(server: TestServer): Promise<string[]> {
  const tables = await query<{ name: string }>(
    server,
    `SELECT c.relname AS name FROM pg_class c
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
     WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'tenant_directory'
     ORDER BY 1`,
  );
  return tables.map(({ name }) => name);
}

/** The same of one tenant's rows, what is kept of any request too. */
export const storedRowsOf = async (server: TestServer, tenantId: string): Promise<Record<string, string>> =>
  digests(server, await tenantTables(server), `WHERE t.tenant_id = '${tenantId}'`);
