import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../../src/embedded-postgres/launcher.ts';
import { postmasterPid } from '../harness/data-directory.ts';
import { urlOfDatabase } from '../harness/test-server.ts';
import { mountSmallVolume, type SmallVolume } from './small-volume.ts';

/** A PostgreSQL with full durability, which a service manager (this process) starts again at the same port. */
export type DatabaseUnderTest = {
  port: number;
  /** As the server's role, and as the owner of the tables. */
  url: string;
  migrationUrl: string;
  /** Where it lies, when that is a file system of its own. */
  volume: SmallVolume | null;
  postmaster(): Promise<number | null>;
  /** Starts it again should it have ended; resolves when it takes connections. */
  revive(): Promise<void>;
  /** One statement as the superuser, who sees every tenant's rows. */
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
};

const volumeMegabytes = 1024;
const settings = { max_connections: '50', shared_buffers: '64MB', max_wal_size: '256MB', wal_buffers: '4MB' };
const reviveMs = 60_000;

export async function startDatabaseUnderTest(options: { onOwnVolume: boolean }): Promise<DatabaseUnderTest> {
  const directory = await mkdtemp(join(tmpdir(), 'onfile-faults-'));
  const volume = options.onOwnVolume ? await mountSmallVolume(directory, volumeMegabytes) : null;
  let current = await startEmbeddedPostgres({ dataDir: directory, settings });
  const { url, migrationUrl, adminUrl: serverUrl } = current;
  const adminUrl = urlOfDatabase(serverUrl, new URL(url).pathname.slice(1));
  const port = Number(new URL(url).port);
  const postmaster = () => postmasterPid(directory);

  async function answers(): Promise<boolean> {
    const client = new Client({ connectionString: adminUrl, connectionTimeoutMillis: 2_000 });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query('SELECT 1');
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  return {
    port,
    url,
    migrationUrl,
    volume,
    postmaster,
    async revive() {
      const deadline = performance.now() + reviveMs;
      while (!(await answers())) {
        if (performance.now() > deadline) throw new Error('PostgreSQL does not come back');
        if ((await postmaster()) === null) {
          current = await startEmbeddedPostgres({ dataDir: directory, port, settings }).catch(() => current);
        }
        await delay(50);
      }
    },
    async query<Row extends object>(text: string, values: readonly unknown[] = []) {
      const client = new Client({ connectionString: adminUrl });
      client.on('error', () => {});
      await client.connect();
      try {
        return (await client.query<Row>(text, [...values])).rows;
      } finally {
        await client.end();
      }
    },
    async stop() {
      await current.stop();
      await volume?.remove();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
