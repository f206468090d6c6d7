import type { Config } from '../config.ts';
import { serverRole, startEmbeddedPostgres } from '../embedded-postgres/launcher.ts';
import { assertServerRole } from '../store/assert-server-role.ts';
import { openDatabase } from '../store/database.ts';
import { assertMigrated, migrate } from '../store/migrate.ts';

/** The database of this deployment, migrated and safe to serve from. */
export type DeploymentDatabase = {
  /** Holds a password: for pools only. */
  url: string;
  embedded: boolean;
  stop(): Promise<void>;
  /** Resolves when an embedded database ends by itself; never for one that is not ours. */
  ended: Promise<void>;
};

/** Starts or reaches the database and brings its schema up to date. Throws sentences for people. */
export async function openDeploymentDatabase(
  config: Config,
  onProgress: (sentence: string) => void,
): Promise<DeploymentDatabase> {
  if (!config.databaseUrl) {
    const embedded = await startEmbeddedPostgres({ dataDir: config.dataDir, onProgress });
    const database = { url: embedded.url, embedded: true, stop: embedded.stop, ended: embedded.exited };
    await prepare(database.url, embedded.migrationUrl, serverRole).catch(async (error: unknown) => {
      await embedded.stop();
      throw error;
    });
    return database;
  }
  const role = decodeURIComponent(new URL(config.databaseUrl).username);
  await prepare(config.databaseUrl, config.databaseMigrationUrl, role);
  return { url: config.databaseUrl, embedded: false, stop: async () => {}, ended: new Promise(() => {}) };
}

async function prepare(url: string, migrationUrl: string | null, role: string): Promise<void> {
  if (migrationUrl) await migrate({ migrationUrl, serverRole: role });
  const db = openDatabase({ url, connections: 1, onError: () => {} });
  try {
    await assertServerRole(db.pool);
    await assertMigrated(db.pool);
  } finally {
    await db.close();
  }
}
