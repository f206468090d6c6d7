import { Client } from 'pg';
import type { TestServer } from './server.ts';

/** Runs a statement as the superuser, who sees every tenant's rows. */
export async function query<Row extends object>(
  server: TestServer,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ connectionString: server.database.adminUrl });
  await client.connect();
  try {
    return (await client.query<Row>(text, [...values])).rows;
  } finally {
    await client.end();
  }
}

/** What a change left behind; `xid` is the transaction that wrote it. */
export type Trace = {
  xid: string;
  /** The audit's action, or the event's type. */
  name: string;
  version: number;
  /** An event's payload, null in the audit. */
  payload: object | null;
  sealed: boolean;
};

/** The audit entries of one subject, in the order of their versions. */
export const auditOf = (server: TestServer, tenantId: string, subjectId: string): Promise<Trace[]> =>
  query(
    server,
    `SELECT xmin::text AS xid, action AS name, subject_version AS version, NULL AS payload,
       sealed_details IS NOT NULL AS sealed
     FROM audit_entries WHERE tenant_id = $1 AND subject_id = $2 ORDER BY subject_version`,
    [tenantId, subjectId],
  );

/** The events of one subject, in the order of their versions. */
export const eventsOf = (server: TestServer, tenantId: string, subjectId: string): Promise<Trace[]> =>
  query(
    server,
    `SELECT xmin::text AS xid, type AS name, subject_version AS version, payload, false AS sealed
     FROM events WHERE tenant_id = $1 AND subject_id = $2 ORDER BY subject_version`,
    [tenantId, subjectId],
  );

/** The tables in which a text stands in clear, as text or as bytes. */
export async function tablesHolding(server: TestServer, canary: string): Promise<string[]> {
  const tables = await query<{ name: string }>(
    server,
    `SELECT c.oid::regclass::text AS name FROM pg_class c
     WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace`,
  );
  const forms = [canary, Buffer.from(canary).toString('hex'), Buffer.from(canary).toString('base64').slice(0, -3)];
  const holding: string[] = [];
  for (const { name } of tables) {
    const found = await query(server, `SELECT 1 FROM ${name} AS t WHERE t::text ILIKE ANY ($1::text[]) LIMIT 1`, [
      forms.map((form) => `%${form}%`),
    ]);
    if (found.length > 0) holding.push(name);
  }
  return holding;
}
