import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
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

/** Finds the statements that wait for a lock. */
export const statementsThatWait = `
  SELECT FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'onfile' AND wait_event_type = 'Lock'`;

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
    `SELECT written_in::text AS xid, type AS name, subject_version AS version, payload, false AS sealed
     FROM events WHERE tenant_id = $1 AND subject_id = $2 ORDER BY subject_version`,
    [tenantId, subjectId],
  );

const ordinaryTables = `
  SELECT c.oid::regclass::text AS name FROM pg_class c
  WHERE c.relkind = 'r' AND c.relnamespace IN ('public'::regnamespace, 'onfile_jobs'::regnamespace)`;

/** How a text may stand in a row that is written as text: as it is, in hexadecimal as bytes are, in base64. */
const formsOf = (canary: string): string[] => [
  canary,
  Buffer.from(canary).toString('hex'),
  Buffer.from(canary).toString('base64').slice(0, -3),
];

/** The tables in which a text stands in clear, as text or as bytes. */
export async function tablesHolding(server: TestServer, canary: string): Promise<string[]> {
  const holding: string[] = [];
  for (const { name } of await query<{ name: string }>(server, ordinaryTables)) {
    const found = await query(server, `SELECT 1 FROM ${name} AS t WHERE t::text ILIKE ANY ($1::text[]) LIMIT 1`, [
      formsOf(canary).map((form) => `%${form}%`),
    ]);
    if (found.length > 0) holding.push(name);
  }
  return holding;
}

/** Every row of every table as text, bytes in hexadecimal: to look for many things at once. */
export async function everyRow(server: TestServer): Promise<{ table: string; row: string }[]> {
  const rows: { table: string; row: string }[] = [];
  for (const { name } of await query<{ name: string }>(server, ordinaryTables)) {
    const found = await query<{ row: string }>(server, `SELECT t::text AS row FROM ${name} AS t`);
    rows.push(...found.map(({ row }) => ({ table: name, row })));
  }
  return rows;
}

/** The tables whose rows hold a text in clear, as text or as bytes. */
export const tablesOf = (rows: readonly { table: string; row: string }[], canary: string): string[] => {
  const forms = formsOf(canary);
  const holding = rows.filter(({ row }) => forms.some((form) => row.includes(form)));
  return [...new Set(holding.map(({ table }) => table))];
};

/** The files of the server's database as they are on disk, and the segments of PostgreSQL's log since a position in it. */
export async function databaseFiles(server: TestServer, since: string): Promise<{ tables: Buffer; log: Buffer }> {
  await query(server, 'CHECKPOINT');
  const [place] = await query<{ directory: string; oid: string; first: string; last: string }>(
    server,
    `SELECT current_setting('data_directory') AS directory, d.oid::text AS oid,
       pg_walfile_name($1::pg_lsn) AS first, pg_walfile_name(pg_current_wal_lsn()) AS last
     FROM pg_database d WHERE d.datname = current_database()`,
    [since],
  );
  if (!place) throw new Error('the database does not say where it is');
  const { directory, oid, first, last } = place;
  const filesIn = async (path: string, isWanted: (name: string) => boolean): Promise<Buffer> => {
    const names = (await readdir(join(directory, path))).filter(isWanted);
    return Buffer.concat(await Promise.all(names.map((name) => readFile(join(directory, path, name)))));
  };
  return {
    tables: await filesIn(join('base', oid), () => true),
    log: await filesIn('pg_wal', (name) => name >= first && name <= last),
  };
}

/**
 * Where PostgreSQL's log of changes is now. From there on it is kept until `release`, whatever checkpoints the end of
 * another test's database makes meanwhile.
 */
export async function keepLog(server: TestServer): Promise<{ position: string; release: () => Promise<void> }> {
  const slot = `kept_${crypto.randomUUID().replaceAll('-', '_')}`;
  const [row] = await query<{ position: string }>(
    server,
    'SELECT lsn::text AS position FROM pg_create_physical_replication_slot($1, true)',
    [slot],
  );
  return {
    position: row?.position ?? '0/0',
    release: async () => {
      await query(server, 'SELECT pg_drop_replication_slot($1)', [slot]);
    },
  };
}
