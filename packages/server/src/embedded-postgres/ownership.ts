import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { hasCode } from '../system-error.ts';

/** Another Onfile is at work on this data directory; the message says which, as a sentence. */
export class DataDirectoryInUse extends Error {
  override readonly name = 'DataDirectoryInUse';
}

/** The right to this data directory, for as long as the connection that holds it lives. */
export type Ownership = { client: Client; socket: Socket; lost: Promise<void> };

// Any number will do: no one else takes advisory locks in the database `postgres` of the embedded server.
const lockKey = 7_166_345_301;
const applicationPrefix = 'onfile, process ';
const patienceMilliseconds = 1000;

/**
 * Takes the data directory by a session lock in its own database. Unlike a file it cannot be left behind: it goes when
 * this process does, however it ends. Null when the database just went away. Throws DataDirectoryInUse.
 */
export async function takeOwnership(adminUrl: string, dataDirectory: string): Promise<Ownership | null> {
  const socket = new Socket();
  const client = new Client({
    stream: () => socket,
    connectionString: adminUrl,
    application_name: `${applicationPrefix}${process.pid}`,
    connectionTimeoutMillis: 10_000,
  });
  const lost = new Promise<void>((resolve) => {
    client.on('end', resolve);
    client.on('error', () => resolve());
  });
  try {
    await client.connect();
    // The connection of a process that was just killed lives a moment longer than it.
    const deadline = Date.now() + patienceMilliseconds;
    while (!(await tryLock(client))) {
      if (Date.now() > deadline) throw new DataDirectoryInUse(await inUse(client, dataDirectory));
      await sleep(50);
    }
    return { client, socket, lost };
  } catch (error) {
    await client.end().catch(() => {});
    if (isGoingAway(error)) return null;
    throw error;
  }
}

async function tryLock(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [lockKey]);
  return rows[0]?.taken === true;
}

async function inUse(client: Client, dataDirectory: string): Promise<string> {
  const { rows } = await client.query<{ application_name: string }>(
    `SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.granted AND a.application_name LIKE $1 || '%'`,
    [applicationPrefix],
  );
  const holder = rows[0]?.application_name.slice(applicationPrefix.length);
  const who = holder === undefined ? 'another Onfile' : `another Onfile (process ${holder})`;
  return `${who} is running on ${dataDirectory}; stop it first, or set DATA_DIR to another directory`;
}

/** 57P01…57P03: PostgreSQL is shutting down or not up yet; the others: the connection broke or there is none. */
function isGoingAway(error: unknown): boolean {
  if (hasCode(error, '57P01', '57P02', '57P03', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE')) return true;
  return error instanceof Error && error.message.startsWith('Connection terminated');
}
