import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';

/** The major version of PostgreSQL that made a cluster, which alone can open it. */
export async function majorVersionOf(clusterDirectory: string): Promise<number> {
  return Number.parseInt(await readFile(join(clusterDirectory, 'PG_VERSION'), 'utf8'), 10);
}

/** Throws a sentence that says what to do when the cluster is of another major version than these programs. */
export async function assertSameMajor(clusterDirectory: string, { major }: Binaries): Promise<void> {
  const made = await majorVersionOf(clusterDirectory);
  if (made === major) return;
  const found = `the database in ${clusterDirectory} was made by PostgreSQL ${made}, and these programs are PostgreSQL ${major}`;
  throw new Error(
    made < major
      ? `${found}; bring it over with "npx onfile upgrade-database", which tells what it needs (docs/guides/backup.md)`
      : `${found}; start the version of Onfile that brings PostgreSQL ${made}, or a newer one`,
  );
}
