import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { Client } from 'pg';
import { readClusterRecord } from '../../src/embedded-postgres/cluster-record.ts';
import { stopPostmaster } from '../../src/embedded-postgres/postmaster.ts';
import { readPostmasterFile } from '../../src/embedded-postgres/postmaster-file.ts';

/** A data directory that is gone after the test, with the database that may still run on it. The name has a space. */
export async function temporaryDataDirectory(t: TestContext, prefix = tmpdir()): Promise<string> {
  const directory = await mkdtemp(join(prefix, 'onfile data-'));
  t.after(async () => {
    const record = await readClusterRecord(directory);
    const pid = await postmasterPid(directory);
    if (record !== null && pid !== null) await stopPostmaster(pid, record.clusterDirectory);
    if (record !== null) await rm(record.clusterDirectory, { recursive: true, force: true });
    await rm(directory, { recursive: true, force: true });
  });
  return directory;
}

/** The process that serves a data directory's database; null when none does. */
export async function postmasterPid(dataDirectory: string): Promise<number | null> {
  const record = await readClusterRecord(dataDirectory);
  if (record === null) return null;
  return (await readPostmasterFile(record.clusterDirectory)).running?.pid ?? null;
}

type ChildAnswer = { url?: string; migrationUrl?: string; refusal?: string };
export type EmbeddedChild = { process: ChildProcess & { pid: number }; answer: ChildAnswer };

/** Starts the embedded PostgreSQL in another Node process, in a process group of its own as a terminal would. */
export async function startInChild(
  t: TestContext,
  dataDirectory: string,
  account: { uid?: number; gid?: number } = {},
): Promise<EmbeddedChild> {
  const script = join(import.meta.dirname, 'embedded-postgres-child.ts');
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn(process.execPath, [script, dataDirectory], {
    ...account,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => endProcess(child));
  for await (const line of createInterface({ input: child.stdout })) {
    const answer: ChildAnswer = JSON.parse(line);
    if (child.pid === undefined) break;
    return { process: Object.assign(child, { pid: child.pid }), answer };
  }
  throw new Error('the process ended without an answer');
}

/** kill -9, and gone. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

export async function query(url: string | undefined, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url ?? '' });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
