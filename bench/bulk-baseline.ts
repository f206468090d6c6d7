import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { asAdmin, type BenchDatabase } from './database.ts';

const tables = ['stored_payment_methods', 'stored_payment_method_versions', 'audit_entries', 'events'];
const baselineName = 'onfile_baseline';
const highWaterMark = 1_048_576;

/** A copy of the database as it is, without records: the same tables, indexes and contacts. Nobody may be connected. */
export async function keepEmptyCopy(database: BenchDatabase): Promise<BenchDatabase> {
  const admin = new URL(database.adminUrl);
  const name = admin.pathname.slice(1);
  admin.pathname = '/postgres';
  await asAdmin({ ...database, adminUrl: admin.href }, async (client) => {
    await client.query(`CREATE DATABASE ${baselineName} TEMPLATE ${name}`);
  });
  admin.pathname = `/${baselineName}`;
  const copy = { ...database, adminUrl: admin.href };
  // What setting up the tenant and its contacts has left there.
  await asAdmin(copy, (client) => client.query('TRUNCATE audit_entries, events'));
  return copy;
}

/**
 * Seconds that plain COPY takes, as the owner of everything, for the rows that the load has left in the tables of
 * records, versions, audit and events; into the same tables, with the same indexes and foreign keys.
 */
export async function measureCopy(loaded: BenchDatabase, empty: BenchDatabase, directory: string): Promise<number> {
  const fileOf = (table: string) => `${directory}/${table}.copy`;
  await asAdmin(loaded, async (client) => {
    for (const table of tables) {
      await pipeline(client.query(copyTo(`COPY ${table} TO STDOUT`)), createWriteStream(fileOf(table)));
    }
    await client.query('CHECKPOINT');
  });
  const client = new Client({ connectionString: empty.adminUrl });
  await client.connect();
  try {
    const began = performance.now();
    await client.query('BEGIN');
    for (const table of tables) {
      const content = createReadStream(fileOf(table), { highWaterMark });
      await pipeline(content, client.query(copyFrom(`COPY ${table} FROM STDIN`)));
    }
    await client.query('COMMIT');
    return (performance.now() - began) / 1000;
  } finally {
    await client.end();
  }
}
