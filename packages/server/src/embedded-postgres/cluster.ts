import { randomUUID } from 'node:crypto';
import { chmod, chown, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Secret } from '../crypto/secret.ts';
import { syncDirectory } from '../sync-directory.ts';
import { hasCode } from '../system-error.ts';
import type { Binaries } from './binaries.ts';
import { type Account, canEnter, runAs } from './run-as.ts';

export const adminRole = 'onfile_admin';
const abandonedMilliseconds = 3_600_000;

/**
 * Where a new cluster goes: into the data directory, unless its parents keep the database's account out (a checkout in
 * /root); then under /var/lib/onfile, by a name of its own, since the data directory may be deleted and made anew.
 */
export async function chooseClusterDirectory(dataDirectory: string, account: Account | null): Promise<string> {
  if (account === null || (await canEnter(account, dirname(dataDirectory)))) return join(dataDirectory, 'postgres');
  return join('/var/lib/onfile', randomUUID());
}

/** As root, lets the database's account pass (not list) the directory above the cluster. Throws a sentence if it can't. */
export async function letAccountPass(clusterDirectory: string, account: Account | null): Promise<void> {
  const parent = dirname(clusterDirectory);
  await mkdir(parent, { recursive: true, mode: 0o711 });
  if (account === null || (await canEnter(account, parent))) return;
  await chmod(parent, ((await stat(parent)).mode & 0o7777) | 0o011);
  if (await canEnter(account, parent)) return;
  throw new Error(
    `the account that runs the database (user ${account.uid}) cannot reach ${clusterDirectory}; move the data directory to where it can, such as /var/lib`,
  );
}

/**
 * Makes the cluster under a name of its own and renames it, so that it is there complete or not at all, and of two
 * first starts one wins. The password goes through a pipe: never into the arguments or a file.
 */
export async function createCluster(
  binaries: Binaries,
  account: Account | null,
  clusterDirectory: string,
  adminPassword: Secret<string>,
  durable: boolean,
): Promise<void> {
  const draft = `${clusterDirectory}.new-${randomUUID()}`;
  await mkdir(draft, { mode: 0o700 });
  if (account !== null) await chown(draft, account.uid, account.gid);
  const options = ['--auth=scram-sha-256', '--pwfile=/dev/stdin', '--encoding=UTF8', '--locale=C'];
  options.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8', `--username=${adminRole}`, `--pgdata=${draft}`);
  if (!durable) options.push('--no-sync');
  // initdb opens the password file by name, which works on the shell's pipe but not on the socket that Node makes.
  const piped = ['-c', 'cat | "$0" "$@"', binaries.initdb, ...options];
  const made = await runAs(account, '/bin/sh', piped, `${adminPassword.reveal()}\n`);
  try {
    if (!made.succeeded) throw new Error(`the embedded database could not be created: ${reasonIn(made.output)}`);
    await rename(draft, clusterDirectory);
    await syncDirectory(dirname(clusterDirectory));
  } catch (error) {
    const anotherWasFaster = await exists(clusterDirectory);
    if (!anotherWasFaster) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** The one line of initdb's account of itself that says what went wrong. */
function reasonIn(output: string): string {
  const lines = output.trim().split('\n');
  const reason = lines.findLast((line) => /FATAL:|PANIC:|error:/.test(line)) ?? lines.at(-1) ?? '';
  return reason.replace(/^.*(?=FATAL:|PANIC:|error:)/, '');
}

/** Removes what starts that were killed while they made the cluster left behind; one still at work has a young draft. */
export async function removeAbandonedDrafts(clusterDirectory: string): Promise<void> {
  const parent = dirname(clusterDirectory);
  for (const name of await readdir(parent)) {
    if (!name.startsWith(`${basename(clusterDirectory)}.new-`)) continue;
    const draft = await stat(join(parent, name)).catch(() => null);
    if (draft !== null && Date.now() - draft.mtimeMs > abandonedMilliseconds) {
      await rm(join(parent, name), { recursive: true, force: true });
    }
  }
}

/** Whether there is anything under this path. */
export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
}
