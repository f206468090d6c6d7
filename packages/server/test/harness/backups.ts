import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { dumpDatabase } from '../../src/backup/dump-database.ts';
import { adminUrlOf } from '../../src/backup/fill-database.ts';
import { makeBackup } from '../../src/backup/make-backup.ts';
import { startEmbeddedPostgres } from '../../src/embedded-postgres/launcher.ts';
import { connectForCopying } from '../../src/store/table-copy.ts';
import { bareEnvironment } from './bare-environment.ts';
import type { TestServer } from './server.ts';

const binary = resolve(import.meta.dirname, '../../bin/onfile.js');

/** A directory for backups that is gone after the test. */
export async function temporaryDirectory(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'onfile backups-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Backs a server of this process up as the command line would. */
export const backUp = (
  { services, database }: TestServer,
  place: string,
  options: { signal?: AbortSignal; onProgress?: (rows: number) => void } = {},
) =>
  makeBackup({
    place,
    databaseUrl: database.url,
    config: services.config,
    masterKey: services.masterKey,
    now: services.now(),
    signal: options.signal ?? new AbortController().signal,
    onProgress: options.onProgress ?? (() => {}),
  });

/** Starts `onfile` and lets it be killed; `ended` resolves with the signal that ended it, or null. */
export function startOnfile(args: readonly string[], settings: Record<string, string>) {
  const child = spawn(process.execPath, [binary, ...args], {
    env: { ...bareEnvironment(), ...settings },
    stdio: 'ignore',
  });
  const ended = once(child, 'close').then(([, signal]) => signal as NodeJS.Signals | null);
  return { ended, kill: () => child.kill('SIGKILL') };
}

/** What each table of a stopped data directory's database comes to. */
export async function tableTotals(dataDir: string) {
  const embedded = await startEmbeddedPostgres({ dataDir });
  const client = await connectForCopying(adminUrlOf(embedded));
  try {
    const pieces = dumpDatabase(client, { createdAt: new Date(), role: 'superuser', onRows: () => {} });
    let next = await pieces.next();
    while (!next.done) next = await pieces.next();
    return next.value.tables;
  } finally {
    await client.end();
    await embedded.stop();
  }
}
