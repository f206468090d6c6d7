import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataDirectoryInUse, startEmbeddedPostgres } from '../src/embedded-postgres/launcher.ts';
import { endProcess, postmasterPid, query, startInChild, temporaryDataDirectory } from './harness/data-directory.ts';

const settings = { fsync: 'off' };

test('after kill -9 of Node the next start goes on with the database that was left running', async (t) => {
  const dataDir = await temporaryDataDirectory(t);
  const child = await startInChild(t, dataDir);
  await query(child.answer.migrationUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
  const pid = await postmasterPid(dataDir);
  await endProcess(child.process);

  const { migrationUrl, stop } = await startEmbeddedPostgres({ dataDir, settings });
  assert.equal(await postmasterPid(dataDir), pid);
  assert.deepEqual(await query(migrationUrl, 'SELECT answer FROM kept'), [{ answer: 42 }]);
  await stop();
  assert.equal(await postmasterPid(dataDir), null);
});

test('after kill -9 of everything the next start recovers what was committed', async (t) => {
  const dataDir = await temporaryDataDirectory(t);
  await crashWithData(t, dataDir);
  const { migrationUrl, stop } = await startEmbeddedPostgres({ dataDir, settings });
  assert.deepEqual(await query(migrationUrl, 'SELECT answer FROM kept'), [{ answer: 42 }]);
  await stop();
});

test('a left-over postmaster.pid whose number is another process by now does not stop the start', async (t) => {
  const dataDir = await temporaryDataDirectory(t);
  await crashWithData(t, dataDir);
  const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 60000)'], { stdio: 'ignore' });
  t.after(() => endProcess(stranger));
  const lockFile = join(dataDir, 'postgres', 'postmaster.pid');
  await writeFile(lockFile, (await readFile(lockFile, 'utf8')).replace(/^\d+/, String(stranger.pid)));

  const { migrationUrl, stop } = await startEmbeddedPostgres({ dataDir, settings });
  assert.deepEqual(await query(migrationUrl, 'SELECT answer FROM kept'), [{ answer: 42 }]);
  assert.equal(stranger.exitCode, null);
  await stop();
});

test('ctrl-C in the terminal does not reach the database', async (t) => {
  const dataDir = await temporaryDataDirectory(t);
  const child = await startInChild(t, dataDir);
  const pid = await postmasterPid(dataDir);
  assert.ok(pid);
  const ended = once(child.process, 'exit');
  process.kill(-child.process.pid, 'SIGINT');
  await ended;
  assert.deepEqual(await query(child.answer.url, 'SELECT 1 AS one'), [{ one: 1 }]);
  assert.equal(await postmasterPid(dataDir), pid);
});

test('the end of the database is told, unless it was asked for', async (t) => {
  const dataDir = await temporaryDataDirectory(t);
  const killed = await startEmbeddedPostgres({ dataDir, settings });
  await killPostmaster(dataDir);
  await killed.exited;

  const stopped = await startEmbeddedPostgres({ dataDir, settings });
  await stopped.stop();
  assert.equal(await Promise.race([stopped.exited.then(() => 'told'), sleep(200, 'not told')]), 'not told');
});

test('when a backend crashes the database recovers and still belongs to the same Onfile', async (t) => {
  const dataDir = await temporaryDataDirectory(t);
  const { adminUrl, exited, stop } = await startEmbeddedPostgres({ dataDir, settings });
  const holder = `SELECT a.pid FROM pg_locks JOIN pg_stat_activity a USING (pid) WHERE locktype = 'advisory'`;
  const [before] = await query(adminUrl, holder);
  assert.ok(typeof before?.['pid'] === 'number');
  process.kill(before['pid'], 'SIGKILL');

  let after: Record<string, unknown> | undefined;
  while (after === undefined || after['pid'] === before['pid']) {
    [after] = await query(adminUrl, holder).catch(() => []);
  }
  await assert.rejects(startEmbeddedPostgres({ dataDir, settings }), DataDirectoryInUse);
  assert.equal(await Promise.race([exited.then(() => 'ended'), sleep(0, 'runs')]), 'runs');
  await stop();
});

async function crashWithData(t: Parameters<typeof temporaryDataDirectory>[0], dataDir: string): Promise<void> {
  const child = await startInChild(t, dataDir);
  await query(child.answer.migrationUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await endProcess(child.process);
  await killPostmaster(dataDir);
}

async function killPostmaster(dataDir: string): Promise<void> {
  const pid = await postmasterPid(dataDir);
  assert.ok(pid);
  process.kill(pid, 'SIGKILL');
}
