import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasCode } from '../system-error.ts';
import type { Binaries } from './binaries.ts';
import { isPostmaster, type Postmaster, readPostmasterFile } from './postmaster-file.ts';
import { type Account, cleanEnvironment } from './run-as.ts';
import { serverArguments } from './settings.ts';

export type PostmasterOptions = {
  binaries: Binaries;
  account: Account | null;
  clusterDirectory: string;
  logPath: string;
  port: number | undefined;
  settings: Record<string, string>;
  onProgress: (sentence: string) => void;
};

const pollMilliseconds = 25;
const startAttempts = 4;
const fastShutdownMilliseconds = 60_000;
const immediateShutdownMilliseconds = 10_000;

/**
 * The postmaster of this cluster, accepting connections: one that runs already is adopted. Waits for one that is still
 * recovering or shutting down. Throws a sentence with PostgreSQL's last words when it does not start.
 */
export async function ensurePostmaster(options: PostmasterOptions): Promise<Postmaster> {
  const earlierLog = (await stat(options.logPath).catch(() => null))?.size ?? 0;
  // More than once: the free port may be taken in between, and another start may have been a moment faster.
  for (let attempt = 0; attempt < startAttempts; attempt += 1) {
    const { running, stalePid } = await readPostmasterFile(options.clusterDirectory);
    const child = running === null ? await spawnPostmaster(options, stalePid) : null;
    const ready = await untilReady(options, child);
    if (ready !== null) return ready;
  }
  throw new Error(
    `the embedded PostgreSQL does not start${await lastWords(options.logPath, earlierLog)}; its log is ${options.logPath}`,
  );
}

/** Stops it as a fast shutdown (open transactions roll back), and harder if that takes longer than a minute. */
export async function stopPostmaster(pid: number, clusterDirectory: string): Promise<void> {
  if (await endsAfter('SIGINT', pid, clusterDirectory, fastShutdownMilliseconds)) return;
  if (await endsAfter('SIGQUIT', pid, clusterDirectory, immediateShutdownMilliseconds)) return;
  await endsAfter('SIGKILL', pid, clusterDirectory, immediateShutdownMilliseconds);
}

async function spawnPostmaster(options: PostmasterOptions, stalePid: number | null): Promise<ChildProcess> {
  const log = await open(options.logPath, 'a', 0o600);
  try {
    const child = spawn(
      options.binaries.postgres,
      serverArguments(options.clusterDirectory, options.port ?? (await freePort()), options.settings),
      {
        ...options.account,
        // A session of its own: neither ctrl-C nor the end of the terminal reaches it.
        detached: true,
        cwd: '/',
        // PostgreSQL takes a lock file with this number for left over. It refuses to start if the number is in use, yet
        // this process is not PostgreSQL; the check of its shared memory, the one that counts, stays.
        env: stalePid === null ? cleanEnvironment : { ...cleanEnvironment, PG_GRANDPARENT_PID: String(stalePid) },
        stdio: ['ignore', log.fd, log.fd],
      },
    );
    child.on('error', (error) => options.onProgress(`PostgreSQL cannot be started: ${error.message}`));
    child.unref();
    return child;
  } finally {
    await log.close();
  }
}

/** Null when it ended before it was ready. Recovery after a crash takes as long as it takes. */
async function untilReady(options: PostmasterOptions, child: ChildProcess | null): Promise<Postmaster | null> {
  const patience = Date.now() + 5000;
  let toldToWait = false;
  for (;;) {
    const { running } = await readPostmasterFile(options.clusterDirectory);
    if (running?.isReady) return running;
    const childLives = child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
    if (running === null && !childLives) return null;
    if (!toldToWait && Date.now() > patience) {
      options.onProgress('PostgreSQL is still starting, stopping or recovering from a crash; waiting for it');
      toldToWait = true;
    }
    await sleep(pollMilliseconds);
  }
}

async function endsAfter(signal: NodeJS.Signals, pid: number, clusterDirectory: string, bound: number) {
  const deadline = Date.now() + bound;
  if (!(await isPostmaster(pid, clusterDirectory))) return true;
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
  while (Date.now() < deadline) {
    if (!(await isPostmaster(pid, clusterDirectory))) return true;
    await sleep(pollMilliseconds);
  }
  return false;
}

/** Free at the moment of asking. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

async function lastWords(logPath: string, from: number): Promise<string> {
  const log = await readFile(logPath);
  const lines = log.subarray(from).toString().trimEnd().split('\n');
  const fatal = lines.findLast((line) => line.includes('FATAL:'));
  return fatal === undefined ? '' : ` (${fatal.slice(fatal.indexOf('FATAL:'))})`;
}
