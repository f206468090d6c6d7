import { fileURLToPath } from 'node:url';
import { Client, type Pool } from 'pg';
import { jobQueueSchema } from './job-queue.ts';
import { assertJobQueueInstalled, installJobQueue } from './job-queue-schema.ts';
import { type Migration, readMigrations } from './migration-files.ts';
import { refreshedTables } from './table-statistics.ts';

export type MigrateOptions = {
  /** The role that owns the database and so the tables; a direct connection or a pool by transaction. */
  migrationUrl: string;
  /** The role of DATABASE_URL, which gets to work with the tables and nothing more. */
  serverRole: string;
  /** Where the numbered SQL files are. */
  directory?: string;
  /** The last number to apply, for data of an older schema; all when left out. */
  through?: number;
};

const migrationsDirectory = fileURLToPath(new URL('../../migrations', import.meta.url));
// Any number will do as long as every version of Onfile takes the same one.
const lockKey = 4_021_877_519;

type Applied = { number: number; name: string; checksum: string };

/**
 * Brings the schema up to date: each file in a transaction of its own, in order, once. Several processes may do it at
 * once. Answers the names applied by this call. Throws a sentence when a file that was applied has changed, or when the
 * database comes from a newer Onfile; a file that fails leaves nothing of itself behind.
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  const migrations = (await readMigrations(options.directory ?? migrationsDirectory)).slice(0, options.through);
  const client = new Client({ connectionString: options.migrationUrl, application_name: 'onfile migrate' });
  await client.connect();
  try {
    const applied: string[] = [];
    for (;;) {
      const name = await exclusively(client, () => applyNext(client, migrations));
      if (name === null) break;
      applied.push(name);
    }
    // The library's script commits by itself, which ends the lock when its tables are there for the next one to see.
    await exclusively(client, () => installJobQueue(client));
    await exclusively(client, () => grantToServer(client, options.serverRole));
    return applied;
  } finally {
    await client.end();
  }
}

/** Throws a sentence when the schema is not the one that this Onfile was made for. */
export async function assertMigrated(database: Pool, directory = migrationsDirectory): Promise<void> {
  const migrations = await readMigrations(directory);
  const remedy =
    'set DATABASE_MIGRATION_URL to the role that owns the tables, so that the start can bring it up to date';
  let applied: Applied[];
  try {
    ({ rows: applied } = await database.query<Applied>(
      'SELECT number, name, checksum FROM onfile_migrations ORDER BY number',
    ));
  } catch (cause) {
    throw new Error(`the database has no schema of Onfile that this role may use; ${remedy}`, { cause });
  }
  assertSameHistory(applied, migrations);
  const older = `the database's schema is older than this Onfile; ${remedy}`;
  if (applied.length < migrations.length) throw new Error(older);
  await assertJobQueueInstalled(database).catch((cause: unknown) => {
    throw new Error(older, { cause });
  });
}

/** Throws a sentence when these migrations, applied to another database, are not the first ones of this Onfile. */
export async function assertKnownSchema(applied: readonly Applied[]): Promise<void> {
  assertSameHistory(applied, await readMigrations(migrationsDirectory));
}

/** The lock ends with the transaction, whatever becomes of this process, and works behind a pool too. */
async function exclusively<Result>(client: Client, work: () => Promise<Result>): Promise<Result> {
  await client.query('BEGIN');
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [lockKey]);
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

/** The name of the migration applied; null when none is left. */
async function applyNext(client: Client, migrations: readonly Migration[]): Promise<string | null> {
  const applied = await readApplied(client);
  assertSameHistory(applied, migrations);
  const next = migrations[applied.length];
  if (next === undefined) return null;
  try {
    await client.query(next.sql);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`migration ${next.name} failed (${reason}); nothing of it was applied`, { cause });
  }
  await client.query(
    'INSERT INTO onfile_migrations (number, name, checksum, applied_at) VALUES ($1, $2, $3, clock_timestamp())',
    [next.number, next.name, next.checksum],
  );
  return next.name;
}

async function readApplied(client: Client): Promise<Applied[]> {
  await client.query(`SET LOCAL client_min_messages = warning;
    CREATE TABLE IF NOT EXISTS onfile_migrations (
      number integer PRIMARY KEY,
      name text NOT NULL,
      checksum text NOT NULL,
      applied_at timestamptz NOT NULL
    )`);
  const { rows } = await client.query<Applied>('SELECT number, name, checksum FROM onfile_migrations ORDER BY number');
  return rows;
}

function assertSameHistory(applied: readonly Applied[], migrations: readonly Migration[]): void {
  const newest = applied.at(-1);
  if (newest !== undefined && newest.number > migrations.length) {
    throw new Error(
      `the database has migration ${newest.name}, which this Onfile does not know; start the version that applied it, or a newer one`,
    );
  }
  applied.forEach((before, index) => {
    const file = migrations[index];
    if (file?.number === before.number && file.checksum === before.checksum) return;
    throw new Error(
      `migration ${before.name} was applied but its file has changed since; restore the file and put the change into a new migration`,
    );
  });
}

/** Given anew each time, because the role may have changed; what later migrations add is covered from the start. */
async function grantToServer(client: Client, serverRole: string): Promise<void> {
  const { rows } = await client.query<{ schema: string }>('SELECT current_schema() AS schema');
  const schema = client.escapeIdentifier(rows[0]?.schema ?? 'public');
  const role = client.escapeIdentifier(serverRole);
  await client.query(`
    GRANT USAGE ON SCHEMA ${schema} TO ${role};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role};
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${schema} TO ${role};
    GRANT USAGE ON SCHEMA ${jobQueueSchema} TO ${role};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${jobQueueSchema} TO ${role};
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${jobQueueSchema} TO ${role};
    REVOKE INSERT, UPDATE, DELETE ON onfile_migrations FROM ${role};
    ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${role};
    ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT USAGE ON SEQUENCES TO ${role};
  `);
  await letRefreshStatistics(client, role);
}

/** PostgreSQL 17 lets a role that owns no table ask for its statistics. */
async function letRefreshStatistics(client: Client, role: string): Promise<void> {
  const { rows } = await client.query<{ relname: string }>(
    `SELECT relname FROM pg_class
     WHERE relnamespace = current_schema()::regnamespace AND relname = ANY ($1)
       AND current_setting('server_version_num')::integer >= 170000`,
    [refreshedTables],
  );
  const tables = rows.map(({ relname }) => client.escapeIdentifier(relname));
  if (tables.length > 0) await client.query(`GRANT MAINTAIN ON ${tables.join(', ')} TO ${role}`);
}
