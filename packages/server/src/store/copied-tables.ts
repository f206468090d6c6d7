import type { Client } from 'pg';

/** A table that a backup holds, with its stored columns in order. */
export type CopiedTable = { name: string; columns: string[]; isWalled: boolean };
export type AppliedMigration = { number: number; name: string; checksum: string };
/** `value` is the last one given out, in decimal; null when none was. */
export type SequencePlace = { name: string; value: string | null };
export type ForeignKey = { table: string; name: string; definition: string };

/** Unlogged tables hold nothing that outlives a crash either; which migrations were applied, the backup says itself. */
const tables = `
  SELECT c.relname::text AS name, c.relrowsecurity AS "isWalled",
    array_agg(a.attname::text ORDER BY a.attnum) AS columns
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
  WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND c.relpersistence = 'p' AND c.relname <> 'onfile_migrations'
    AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  GROUP BY c.relname, c.relrowsecurity
  ORDER BY c.relname`;

const foreignKeys = `
  SELECT conrelid::regclass::text AS "table", conname::text AS name, pg_get_constraintdef(oid) AS definition
  FROM pg_constraint
  WHERE contype = 'f' AND connamespace = current_schema()::regnamespace AND conparentid = 0
  ORDER BY 1, 2`;

/** The tables of the current schema whose rows are data, by name. */
export const listCopiedTables = async (client: Client): Promise<CopiedTable[]> =>
  (await client.query<CopiedTable>(tables)).rows;

/** In order; throws PostgreSQL's error when the database holds no Onfile. */
export const listAppliedMigrations = async (client: Client): Promise<AppliedMigration[]> =>
  (await client.query<AppliedMigration>('SELECT number, name, checksum FROM onfile_migrations ORDER BY number')).rows;

/** Their places go on whatever a snapshot shows: read after it was taken, they are behind nothing that it holds. */
export const listSequences = async (client: Client): Promise<SequencePlace[]> =>
  (
    await client.query<SequencePlace>(
      `SELECT sequencename::text AS name, last_value::text AS value
       FROM pg_sequences WHERE schemaname = current_schema() ORDER BY sequencename`,
    )
  ).rows;

/** Lets the sequences go on behind these places. */
export async function setSequences(client: Client, places: readonly SequencePlace[]): Promise<void> {
  for (const { name, value } of places) {
    if (value !== null)
      await client.query('SELECT setval($1::regclass, $2::bigint)', [client.escapeIdentifier(name), value]);
  }
}

/** Takes the foreign keys off, so that tables may be filled in any order, and answers them. Needs their owner or more. */
export async function dropForeignKeys(client: Client): Promise<ForeignKey[]> {
  const { rows } = await client.query<ForeignKey>(foreignKeys);
  for (const { table, name } of rows) {
    await client.query(`ALTER TABLE ${table} DROP CONSTRAINT ${client.escapeIdentifier(name)}`);
  }
  return rows;
}

/** Puts them back; PostgreSQL checks every row against each. */
export async function addForeignKeys(client: Client, keys: readonly ForeignKey[]): Promise<void> {
  for (const { table, name, definition } of keys) {
    await client.query(`ALTER TABLE ${table} ADD CONSTRAINT ${client.escapeIdentifier(name)} ${definition}`);
  }
}
