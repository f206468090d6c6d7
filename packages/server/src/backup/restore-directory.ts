import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readClusterRecord } from '../embedded-postgres/cluster-record.ts';
import { startEmbeddedPostgres } from '../embedded-postgres/launcher.ts';
import { readPostmasterFile } from '../embedded-postgres/postmaster-file.ts';
import { syncDirectory } from '../sync-directory.ts';
import { hasCode } from '../system-error.ts';
import { endRestoreTurn, listRestoreMarks, type RestoreTurn, takeRestoreTurn } from './restore-turn.ts';

/** The operator may have put the key where the server looks for it; the other is the file system's. */
const mayBeThere = new Set(['master-key.json', 'lost+found']);

/** Throws a sentence when a restore into this directory did not come to its end. */
export async function assertNoUnfinishedRestore(dataDirectory: string): Promise<void> {
  if ((await listRestoreMarks(dataDirectory)).length === 0) return;
  throw new Error(
    `${dataDirectory} holds a restore that did not come to its end; repeat it with "npx onfile restore <file> --into ${dataDirectory}"`,
  );
}

/**
 * Makes the directory ready for a restore: one that is missing or empty is marked as unfinished, and one that an
 * interrupted restore left is emptied. Throws a sentence when it holds anything else, or a restore is at work on it.
 * What it answers is given to `finishRestoreDirectory`.
 */
export async function prepareRestoreDirectory(dataDirectory: string): Promise<RestoreTurn> {
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  const names = await readdir(dataDirectory).catch((error: unknown) => {
    if (hasCode(error, 'ENOTDIR'))
      throw new Error(`${dataDirectory} is not a directory; name another place`, { cause: error });
    throw error;
  });
  const isMarked = (await listRestoreMarks(dataDirectory)).length > 0;
  if (!isMarked && !isEmpty(names)) throw notEmpty(dataDirectory);
  const turn = await takeRestoreTurn(dataDirectory);
  if (turn.turn > 1 || isMarked) {
    await removeUnfinished(dataDirectory, turn.names);
  } else if (!isEmpty(turn.names)) {
    await endRestoreTurn(dataDirectory, turn);
    throw notEmpty(dataDirectory);
  }
  return turn;
}

/** From now on the directory is like any other. */
export async function finishRestoreDirectory(dataDirectory: string, turn: RestoreTurn): Promise<void> {
  await syncDirectory(dataDirectory);
  await endRestoreTurn(dataDirectory, turn);
}

const isEmpty = (names: readonly string[]): boolean => names.every((name) => mayBeThere.has(name));
const notEmpty = (dataDirectory: string): Error =>
  new Error(`${dataDirectory} is not empty; name a new directory, so that nothing is overwritten`);

async function removeUnfinished(dataDirectory: string, names: readonly string[]): Promise<void> {
  const record = await readClusterRecord(dataDirectory);
  if (record) {
    // Its database may have outlived the restore and must not write into what comes next. Is another restore still at
    // work with it, taking it over is refused.
    const { running } = await readPostmasterFile(record.clusterDirectory);
    if (running) await (await startEmbeddedPostgres({ dataDir: dataDirectory })).stop();
    await rm(record.clusterDirectory, { recursive: true, force: true });
  }
  for (const name of names.filter((left) => !mayBeThere.has(left)))
    await rm(join(dataDirectory, name), { recursive: true, force: true });
}
