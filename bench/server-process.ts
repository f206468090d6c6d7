import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../packages/server/src/main.ts', import.meta.url));
const longestStartMs = 30_000;
const lookEveryMs = 50;
const shownCharacters = 500;

export type ServerProcess = { url: string; pid: number; stop: () => Promise<void> };

/** Starts Onfile as a service manager would, its log going to a file. `nodeArguments` come before the program. */
export async function startServerProcess(options: {
  dataDir: string;
  databaseUrl: string;
  workers: number;
  logFile: string;
  nodeArguments?: readonly string[];
  /** Beside those that every bench has. */
  environment?: Record<string, string>;
}): Promise<ServerProcess> {
  const log = await open(options.logFile, 'w');
  const child = spawn(process.execPath, [...(options.nodeArguments ?? []), main], {
    // Both into one file: what it says to people, and its structured log.
    stdio: ['ignore', log.fd, log.fd],
    env: {
      PATH: process.env['PATH'],
      // As docs/guides/running.md has it, and `npm start`.
      MALLOC_MMAP_THRESHOLD_: '131072',
      DATA_DIR: options.dataDir,
      DATABASE_URL: options.databaseUrl,
      HOST: '127.0.0.1',
      PORT: '0',
      WORKERS: String(options.workers),
      // Far above what is measured, so that the limiter counts every request and denies none.
      RATE_LIMIT_PER_MINUTE: '1000000000',
      ...options.environment,
    },
  });
  await log.close();
  try {
    return { url: await readyUrl(child, options.logFile), pid: child.pid ?? 0, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

async function readyUrl(child: ChildProcess, logFile: string): Promise<string> {
  const deadline = Date.now() + longestStartMs;
  while (child.exitCode === null && Date.now() < deadline) {
    const [, url] = /^onfile ready on (\S+)$/m.exec(await readFile(logFile, 'utf8')) ?? [];
    if (url !== undefined) return url;
    await delay(lookEveryMs);
  }
  throw new Error(`the server did not start: ${(await readFile(logFile, 'utf8')).trim().slice(-shownCharacters)}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
