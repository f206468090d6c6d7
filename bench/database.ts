import { rm } from 'node:fs/promises';
import { Client } from 'pg';
import { readClusterRecord } from '../packages/server/src/embedded-postgres/cluster-record.ts';
import { serverRole, startEmbeddedPostgres } from '../packages/server/src/embedded-postgres/launcher.ts';
import { migrate } from '../packages/server/src/store/migrate.ts';

/** The database of one run. */
export type BenchDatabase = {
  /** As the server's role, which row security binds. */
  url: string;
  /** As the superuser, whom it does not bind. */
  adminUrl: string;
  stop: () => Promise<void>;
};

/** Room for pgbench's clients beside the servers' pools. */
const settings = { max_connections: '200' };

/** A fresh embedded PostgreSQL with the launcher's own settings, so with full durability, migrated. */
export async function startBenchDatabase(dataDir: string): Promise<BenchDatabase> {
  const postgres = await startEmbeddedPostgres({ dataDir, settings });
  const stop = async (): Promise<void> => {
    await postgres.stop();
    // Started as root, the cluster may lie outside of the data directory, which goes with the run.
    const record = await readClusterRecord(dataDir);
    if (record) await rm(record.clusterDirectory, { recursive: true, force: true });
  };
  try {
    await migrate({ migrationUrl: postgres.migrationUrl, serverRole });
  } catch (error) {
    await stop();
    throw error;
  }
  const adminUrl = new URL(postgres.adminUrl);
  adminUrl.pathname = new URL(postgres.url).pathname;
  return { url: postgres.url, adminUrl: adminUrl.href, stop };
}

/** Runs statements as the superuser, each in a transaction of its own. */
export async function asAdmin<Result>(database: BenchDatabase, work: (client: Client) => Promise<Result>) {
  const client = new Client({ connectionString: database.adminUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
