import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from '../embedded-postgres/cluster.ts';
import { readClusterRecord } from '../embedded-postgres/cluster-record.ts';
import { startEmbeddedPostgres } from '../embedded-postgres/launcher.ts';
import { readPostmasterFile } from '../embedded-postgres/postmaster-file.ts';
import { syncDirectory } from '../sync-directory.ts';
import { hasCode } from '../system-error.ts';

/** Stands in a data directory for as long as what was restored into it is not complete. */
const markName = 'unfinished-restore';
/** The operator may have put the key where the server looks for it; the other is the file system's. */
const mayBeThere = new Set(['master-key.json', 'lost+found']);

/** Throws a sentence when a restore into this directory did not come to its end. */
export async function assertNoUnfinishedRestore(dataDirectory: string): Promise<void> {
  if (!(await exists(join(dataDirectory, markName)))) return;
  throw new Error(
    `${dataDirectory} holds a restore that did not come to its end; repeat it with "npx onfile restore <file> --into ${dataDirectory}"`,
  );
}

/**
 * Makes the directory ready for a restore: one that is missing or empty is marked as unfinished, and one that an
 * interrupted restore left is emptied. Throws a sentence when it holds anything else, or a restore is at work on it.
 */
export async function prepareRestoreDirectory(dataDirectory: string): Promise<void> {
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  const names = await readdir(dataDirectory).catch((error: unknown) => {
    if (hasCode(error, 'ENOTDIR'))
      throw new Error(`${dataDirectory} is not a directory; name another place`, { cause: error });
    throw error;
  });
  if (names.includes(markName)) {
    await removeUnfinished(dataDirectory, names);
    return;
  }
  if (names.some((name) => !mayBeThere.has(name))) {
    throw new Error(`${dataDirectory} is not empty; name a new directory, so that nothing is overwritten`);
  }
  await using mark = await open(join(dataDirectory, markName), 'wx', 0o600);
  await mark.sync();
  await syncDirectory(dataDirectory);
}

/** From now on the directory is like any other. */
export async function finishRestoreDirectory(dataDirectory: string): Promise<void> {
  await syncDirectory(dataDirectory);
  await rm(join(dataDirectory, markName));
  await syncDirectory(dataDirectory);
}

async function removeUnfinished(dataDirectory: string, names: readonly string[]): Promise<void> {
  const record = await readClusterRecord(dataDirectory);
  if (record) {
    // Its database may have outlived the restore and must not write into what comes next. Is another restore still at
    // work with it, taking it over is refused.
    const { running } = await readPostmasterFile(record.clusterDirectory);
    if (running) await (await startEmbeddedPostgres({ dataDir: dataDirectory })).stop();
    await rm(record.clusterDirectory, { recursive: true, force: true });
  }
  const left = names.filter((name) => name !== markName && !mayBeThere.has(name));
  for (const name of left) await rm(join(dataDirectory, name), { recursive: true, force: true });
}
