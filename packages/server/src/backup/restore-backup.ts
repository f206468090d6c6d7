import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Config } from '../config.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../embedded-postgres/launcher.ts';
import type { MasterKey } from '../keys/master-key.ts';
import { assertKnownSchema } from '../store/migrate.ts';
import { readBackupFile } from './backup-file.ts';
import { type CheckedBackup, checkBackup } from './check-backup.ts';
import { type CheckedTenants, checkTenants } from './check-tenants.ts';
import type { DirectoryKind } from './contents.ts';
import { type FileWriter, writeFiles } from './file-writer.ts';
import { fillDatabase } from './fill-database.ts';
import { readContents } from './read-contents.ts';
import { finishRestoreDirectory, prepareRestoreDirectory } from './restore-directory.ts';

export type RestoreOptions = {
  file: string;
  /** Missing, empty, or left by a restore that was interrupted. */
  into: string;
  masterKey: MasterKey;
  config: Config;
  onProgress: (stage: string, done: number, total: number | undefined) => void;
};

export type Restored = CheckedBackup & CheckedTenants & { dataDirectory: string };

/**
 * Restores a backup into a data directory of its own, which the next start serves. Nothing is written before the whole
 * file was read and found to be as it was made. Until the end the directory is marked as unfinished: a restore that was
 * killed is repeated. Throws sentences.
 */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { file, masterKey, onProgress } = options;
  const checked = await checkBackup(file, masterKey, (read, length) => onProgress('checking', read, length));
  await assertKnownSchema(checked.begin.migrations);
  const into = resolve(options.into);
  const turn = await prepareRestoreDirectory(into);
  const dataDirectory = await realpath(into);
  const tenants = await restoreInto(dataDirectory, options);
  await finishRestoreDirectory(dataDirectory, turn);
  return { ...checked, ...tenants, dataDirectory };
}

async function restoreInto(dataDirectory: string, options: RestoreOptions): Promise<CheckedTenants> {
  const { masterKey, config, onProgress } = options;
  const place = (kind: DirectoryKind): string => join(dataDirectory, kind);
  const embedded = await startEmbeddedPostgres({ dataDir: dataDirectory });
  try {
    await fill(embedded, options, {
      'audit-checkpoints': writeFiles(place('audit-checkpoints')),
      erasures: writeFiles(place('erasures')),
      files: writeFiles(place('files')),
    });
    const restoredConfig: Config = {
      ...config,
      dataDir: dataDirectory,
      databaseUrl: null,
      databaseMigrationUrl: null,
      auditCheckpointDir: place('audit-checkpoints'),
      filesDir: place('files'),
    };
    return await checkTenants({ url: embedded.url, config: restoredConfig, masterKey, onProgress });
  } finally {
    await embedded.stop();
  }
}

async function fill(
  embedded: EmbeddedPostgres,
  { file: path, masterKey, onProgress }: RestoreOptions,
  writers: Record<DirectoryKind, FileWriter>,
): Promise<void> {
  const database = await fillDatabase(embedded);
  try {
    const contents = readContents({
      begin: (begin) => database.begin(begin),
      table: (name, lines) => database.table(name, lines),
      file: (kind, name, bytes) => writers[kind].write(name, bytes),
    });
    const onBytes = (read: number, length: number) => onProgress('restoring', read, length);
    await readBackupFile({ path, masterKey, take: contents.take, onBytes });
    onProgress('comparing', 0, undefined);
    await database.finish(contents.finish().end);
  } finally {
    await database.close();
    for (const writer of Object.values(writers)) await writer.end();
  }
}
