import { query } from './look-inside.ts';
import type { TestServer } from './server.ts';

/** Kept of any request: how often an endpoint was called, and answers under an Idempotency-Key. */
const keptOfEveryRequest = new Set(['rate_limits', 'idempotency_keys']);

/** A digest of all rows of each table, to tell whether requests have changed anything. */
export async function storedRows(server: TestServer): Promise<Record<string, string>> {
  const tables = await query<{ name: string }>(
    server,
    `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1`,
  );
  const digests = tables
    .filter(({ name }) => !keptOfEveryRequest.has(name))
    .map(
      ({ name }) =>
        `SELECT '${name}' AS name, count(*) || ' ' || coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '') AS digest FROM ${name} AS t`,
    );
  const rows = await query<{ name: string; digest: string }>(server, digests.join(' UNION ALL '));
  return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]));
}
