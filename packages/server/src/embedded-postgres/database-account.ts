import { stat } from 'node:fs/promises';
import { getuid } from 'node:process';
import { type Account, runAs } from './run-as.ts';

const accountName = 'onfile-postgres';

/** Who runs a new cluster: PostgreSQL refuses root, so root drops to an account of the database's own. */
export async function newClusterAccount(): Promise<Account | null> {
  if (getuid?.() !== 0) return null;
  const account = (await lookUp(accountName)) ?? (await createAccount()) ?? (await lookUp('nobody'));
  if (account === null) {
    throw new Error(
      `PostgreSQL refuses to run as root, and the account ${accountName} could not be created; create it, or start Onfile as another user`,
    );
  }
  return account;
}

/** Who runs an existing cluster: its owner, which PostgreSQL insists on. Throws a sentence when that is out of reach. */
export async function existingClusterAccount(clusterDirectory: string): Promise<Account | null> {
  const { uid, gid } = await stat(clusterDirectory);
  const ownUid = getuid?.();
  if (uid === ownUid) return null;
  if (ownUid !== 0) {
    throw new Error(
      `the database in ${clusterDirectory} belongs to user ${uid}; start Onfile as the user who started it first`,
    );
  }
  return { uid, gid };
}

/** `useradd` is not on every system, and two starts may race for it: what counts is that the account is there. */
async function createAccount(): Promise<Account | null> {
  await runAs(null, 'useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', accountName]);
  return lookUp(accountName);
}

async function lookUp(name: string): Promise<Account | null> {
  const [uid, gid] = await Promise.all([runAs(null, 'id', ['-u', name]), runAs(null, 'id', ['-g', name])]);
  return uid.succeeded && gid.succeeded ? { uid: Number(uid.output), gid: Number(gid.output) } : null;
}
