import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import type { Config } from '../config.ts';
import type { MasterKey } from '../keys/master-key.ts';
import { connectForCopying, listSnapshotMasterKeys } from '../store/table-copy.ts';
import { writeBackupFile } from './backup-file.ts';
import { type End, endPiece, type Piece } from './contents.ts';
import { dumpDatabase } from './dump-database.ts';
import { dumpDirectory, type FoundFile, listFiles } from './dump-directory.ts';
import { findMissingDirectories, type MissingDirectory } from './missing-directories.ts';

export type MadeBackup = { path: string; bytes: number; createdAt: string; missing: MissingDirectory[] } & End;

/**
 * Backs up a serving installation: the database as it is at one moment, the checkpoints of its audit, the register of
 * its erasures, and its files unless a bucket has them. `place` is a file that is not there yet, or a directory, in
 * which it is named by the time. Rows are read as the server's role, tenant by tenant. Answers too which of the directories
 * was not there although the database tells of files in it. Throws sentences.
 */
export async function makeBackup(options: {
  place: string;
  databaseUrl: string;
  config: Config;
  masterKey: MasterKey;
  now: Date;
  signal: AbortSignal;
  onProgress: (rows: number) => void;
}): Promise<MadeBackup> {
  const { config, masterKey, now, signal } = options;
  const path = await fileAt(options.place, now);
  const client = await connectForCopying(options.databaseUrl);
  let end: End | undefined;

  async function* pieces(wrappedBy: string): AsyncGenerator<Piece> {
    // What is written out of the database is committed in it before: as long as now, these files tell of nothing that
    // is not in the snapshot, which is taken next.
    const checkpoints = await gather(listFiles(config.auditCheckpointDir));
    const erasures = await gather(listFiles(config.erasureRegisterDir));
    const { tables, sequences } = yield* dumpDatabase(client, {
      createdAt: now,
      role: 'server',
      onSnapshot: async (tenantIds) => {
        const masterKeys = await listSnapshotMasterKeys(client, tenantIds);
        if (masterKey.file && masterKeys.some((id) => id !== wrappedBy)) throw new Error(rotationUnderWay);
      },
      onRows: options.onProgress,
    });
    const copied = yield* dumpDirectory('audit-checkpoints', config.auditCheckpointDir, checkpoints);
    const register = yield* dumpDirectory('erasures', config.erasureRegisterDir, erasures);
    const files = config.filesS3 ? null : yield* dumpDirectory('files', config.filesDir, listFiles(config.filesDir));
    end = { tables, sequences, directories: { 'audit-checkpoints': copied, erasures: register, files } };
    yield endPiece(end);
  }
  try {
    const createdAt = now.toISOString();
    const facts = { createdAt, onfile: manifest.version };
    const bytes = await writeBackupFile({ path, masterKey, facts, pieces, signal });
    if (!end) throw new Error('the backup ended early');
    return { path, bytes, createdAt, ...end, missing: await findMissingDirectories(config, end.tables) };
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Such a backup would open by the new key, and its tenants' keys by the one that the rotation destroys at its end. */
const rotationUnderWay =
  'a rotation of the master key is under way, so nothing was kept; finish it with "npx onfile keys rotate --master", and then back up';

async function gather(found: AsyncIterable<FoundFile>): Promise<FoundFile[]> {
  const files: FoundFile[] = [];
  for await (const file of found) files.push(file);
  return files;
}

/** Refused before any work is done, when it is clear that the file cannot be kept. */
async function fileAt(place: string, now: Date): Promise<string> {
  const found = await stat(place).catch(() => null);
  if (!found) return place;
  if (!found.isDirectory()) throw new Error(`${place} is there already; name another file`);
  return join(place, `onfile-${now.toISOString().replaceAll(/[:.]/g, '-')}.backup`);
}
