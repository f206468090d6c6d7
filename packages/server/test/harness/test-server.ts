import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { serverRole, startEmbeddedPostgres } from '../../src/embedded-postgres/launcher.ts';
import { migrate } from '../../src/store/migrate.ts';

/** What a test needs to make databases of its own; the runner hands it on in the environment. */
export type TestServer = { adminUrl: string; url: string; migrationUrl: string };

export const templateDatabase = 'onfile_template';

/** Nothing here has to survive a crash, and tests wait for it. */
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '128MB',
  max_wal_size: '1GB',
  max_connections: '200',
};

/** Starts PostgreSQL in a temporary directory and migrates the template that test databases are copied from. */
export async function startTestServer(): Promise<TestServer & { stop: () => Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'onfile-test-'));
  const postgres = await startEmbeddedPostgres({ dataDir, settings });
  const stop = async (): Promise<void> => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await runAsAdmin(postgres.adminUrl, `CREATE DATABASE ${templateDatabase} OWNER onfile_owner`);
    await migrate({ migrationUrl: urlOfDatabase(postgres.migrationUrl, templateDatabase), serverRole });
  } catch (error) {
    await stop();
    throw error;
  }
  return { adminUrl: postgres.adminUrl, url: postgres.url, migrationUrl: postgres.migrationUrl, stop };
}

export async function runAsAdmin(adminUrl: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** The same server and role, another database. */
export function urlOfDatabase(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.href;
}
