import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { Client } from 'pg';
import { from, to } from 'pg-copy-streams';
import type { CopiedTable } from './copied-tables.ts';

/** Every value reads the same on any PostgreSQL, whatever that one is set to, and no time limit of a role cuts in. */
const exact = `
  SET client_encoding = 'UTF8'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; SET timezone = 'UTC';
  SET bytea_output = 'hex'; SET extra_float_digits = 1; SET statement_timeout = 0;
  SET idle_in_transaction_session_timeout = 0`;

/** A connection for copying whole tables; the caller ends it. */
export async function connectForCopying(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, application_name: 'onfile backup', keepAlive: true });
  // A connection that is lost fails the statement that waits for it.
  client.on('error', () => {});
  await client.connect();
  await client.query(exact);
  return client;
}

/** All that follows sees the database as it is now. Read only, it holds up neither writers nor the audit's sealing. */
export async function beginSnapshot(client: Client): Promise<void> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
}

/** Lets go of the snapshot. */
export async function endSnapshot(client: Client): Promise<void> {
  await client.query('COMMIT');
}

/** What is filled in from now on is seen once `endFilling` was called, all of it or nothing. */
export async function beginFilling(client: Client): Promise<void> {
  await client.query('BEGIN');
}

/** Keeps what was filled in, and gathers the statistics that statements are planned by. */
export async function endFilling(client: Client): Promise<void> {
  await client.query('COMMIT');
  await client.query('ANALYZE');
}

/** The tenants that the snapshot knows. */
export async function listSnapshotTenants(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ tenant_id: string }>(
    'SELECT tenant_id FROM tenant_directory ORDER BY tenant_id',
  );
  return rows.map((row) => row.tenant_id);
}

/** The ids of the master keys that wrap the keys of these tenants, in the snapshot. */
export async function listSnapshotMasterKeys(client: Client, tenantIds: readonly string[]): Promise<string[]> {
  await client.query(`SET LOCAL app.tenant_ids = ${client.escapeLiteral(tenantIds.join(','))}`);
  const { rows } = await client.query<{ wrapped_by: string }>('SELECT DISTINCT wrapped_by FROM tenant_keys');
  return rows.map((row) => row.wrapped_by);
}

const columnsOf = (client: Client, table: CopiedTable): string =>
  table.columns.map((column) => client.escapeIdentifier(column)).join(', ');

/**
 * The rows of a table in PostgreSQL's text format, a line each, as far as this role sees them.
 * `tenantId` names whose rows, behind the wall of row security; null reads all of them.
 */
export async function* copyOut(client: Client, table: CopiedTable, tenantId: string | null): AsyncGenerator<Buffer> {
  const rows = `SELECT ${columnsOf(client, table)} FROM ${client.escapeIdentifier(table.name)}`;
  let wanted = rows;
  if (tenantId !== null) {
    const literal = client.escapeLiteral(tenantId);
    await client.query(`SET LOCAL app.tenant_ids = ${literal}`);
    wanted = `${rows} WHERE tenant_id = ${literal}`;
  }
  yield* client.query(to(`COPY (${wanted}) TO STDOUT`)) as AsyncIterable<Buffer>;
}

/** Takes the lines of one table at a time. */
export type TableWriter = { write(lines: Buffer): Promise<void>; end(): Promise<void> };

/** Fills a table from lines that `copyOut` gave; row security must not bind the role. */
export function copyIn(client: Client, table: CopiedTable): TableWriter {
  const stream = client.query(
    from(`COPY ${client.escapeIdentifier(table.name)} (${columnsOf(client, table)}) FROM STDIN`),
  );
  const done = finished(stream);
  done.catch(() => undefined);
  return {
    async write(lines) {
      if (stream.destroyed) await done;
      if (!stream.write(lines)) await Promise.race([once(stream, 'drain'), done]);
    },
    async end() {
      stream.end();
      await done;
    },
  };
}
