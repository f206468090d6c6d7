import { assertNoUnfinishedRestore } from '../backup/restore-directory.ts';
import type { Config } from '../config.ts';
import { assertServerRole } from '../store/assert-server-role.ts';
import { openDatabase } from '../store/database.ts';
import { assertMigrated, migrate } from '../store/migrate.ts';
import { unreachableDatabase } from './database-refusal.ts';
import { keepEmbeddedDatabase } from './embedded-database.ts';

/** The database of this deployment, migrated and safe to serve from. */
export type DeploymentDatabase = {
  /** Holds a password: for pools only. */
  url: string;
  embedded: boolean;
  stop(): Promise<void>;
  /** Resolves with a sentence when an embedded database is gone for good; never for one that is not ours. */
  lost: Promise<string>;
};

/** For the jobs, migrations, the command line and a person who looks on. */
const spareConnections = 20;
const leastConnections = 100;

/** Starts or reaches the database and brings its schema up to date. Throws sentences for people. */
export async function openDeploymentDatabase(
  config: Config,
  onProgress: (sentence: string) => void,
): Promise<DeploymentDatabase> {
  if (config.databaseUrl) {
    await prepare(config.databaseUrl, config.databaseMigrationUrl, onProgress);
    return { url: config.databaseUrl, embedded: false, stop: async () => {}, lost: new Promise(() => {}) };
  }
  await assertNoUnfinishedRestore(config.dataDir);
  const connections = Math.max(leastConnections, config.workers * config.databaseConnections + spareConnections);
  const { url, migrationUrl, stop, lost } = await keepEmbeddedDatabase({
    dataDir: config.dataDir,
    connections,
    onProgress,
  });
  try {
    await prepare(url, migrationUrl, onProgress);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, embedded: true, stop, lost };
}

/** The role is looked at before anything is changed for it, and again for the tables that it must not own. */
async function prepare(
  url: string,
  migrationUrl: string | null,
  onProgress: (sentence: string) => void,
): Promise<void> {
  const db = openDatabase({ url, connections: 1, onError: () => {} });
  try {
    const role = await assertServerRole(db.pool).catch(unreachableDatabase('DATABASE_URL'));
    if (migrationUrl) {
      const applied = await migrate({ migrationUrl, serverRole: role }).catch(
        unreachableDatabase('DATABASE_MIGRATION_URL'),
      );
      if (applied.length > 0) onProgress(`brought the database up to date (migrations applied: ${applied.length})`);
      await assertServerRole(db.pool);
    }
    await assertMigrated(db.pool);
  } finally {
    await db.close();
  }
}
