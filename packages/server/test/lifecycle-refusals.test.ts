import assert from 'node:assert/strict';
import { once } from 'node:events';
import { access, chmod, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getuid } from 'node:process';
import { type TestContext, test } from 'node:test';
import { canEnter, runAs } from '../src/embedded-postgres/run-as.ts';
import { postmasterPid } from './harness/data-directory.ts';
import { newInstallation } from './harness/installation.ts';
import { type OnfileProcess, spawnOnfile } from './harness/onfile-process.ts';

/** Ends with 1 and one line that says why, and leaves no database running. */
async function assertRefused(start: OnfileProcess, reason: RegExp, dataDir?: string): Promise<void> {
  assert.deepEqual(await start.ended, { code: 1, signal: null }, start.output());
  const lines = start
    .errors()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('{'));
  assert.equal(lines.length, 1, start.errors());
  assert.match(lines[0] ?? '', /^onfile cannot start: /);
  assert.match(lines[0] ?? '', reason);
  assert.doesNotMatch(start.output(), /ready on/);
  if (dataDir !== undefined) assert.equal(await postmasterPid(dataDir), null);
}

test('what stands in the way of a start is told in a sentence, and nothing is changed or left running', async (t) => {
  const { dataDir, start, serve } = await newInstallation(t);
  const masterKeyFile = join(dataDir, 'master-key.json');
  const first = await serve();

  await t.test('another Onfile on the same data directory, which goes on', async () => {
    const second = start();
    await assertRefused(second, new RegExp(`another Onfile \\(process ${first.pid}\\) is running on .*DATA_DIR`));
    assert.equal((await first.call('GET', '/health/ready')).status, 200);
  });
  first.signal('SIGTERM');
  await first.ended;

  await t.test('another program on the port', async () => {
    const { port, close } = await takePort();
    await assertRefused(start({ PORT: port }), new RegExp(`127\\.0\\.0\\.1:${port} is taken .* set PORT`), dataDir);
    await assertRefused(start({ PORT: port, WORKERS: '2' }), /is taken .* set PORT/, dataDir);
    close();
  });

  await t.test('a host that is not this machine', async () => {
    await assertRefused(start({ HOST: '192.0.2.1' }), /cannot listen on 192\.0\.2\.1:0; correct HOST/, dataDir);
  });

  await t.test('a setting that cannot be used', async () => {
    await assertRefused(start({ WORKERS: 'two' }), /WORKERS must be a whole number from 1 to 64/, dataDir);
  });

  await t.test('a master key that is gone; no new one is made', async () => {
    await rename(masterKeyFile, `${masterKeyFile}.away`);
    await assertRefused(start(), /the master key file .*master-key\.json cannot be read; set MASTER_KEY_FILE/, dataDir);
    await assert.rejects(access(masterKeyFile));
  });

  await t.test('a master key of another installation', async () => {
    await writeFile(masterKeyFile, JSON.stringify({ keyId: 'other', key: Buffer.alloc(32, 7).toString('base64') }));
    await assertRefused(start(), /does not open this database's keys; set MASTER_KEY_FILE/, dataDir);
  });

  await rename(`${masterKeyFile}.away`, masterKeyFile);
  const last = await serve();
  assert.equal((await last.call('GET', '/health/ready')).status, 200);
});

test('a data directory that cannot be one is refused by name', async (t) => {
  const directory = await temporaryDirectory(t);
  const file = join(directory, 'file');
  await writeFile(file, 'kept');
  for (const dataDir of [file, join(file, 'below')]) {
    await assertRefused(spawnOnfile({ DATA_DIR: dataDir, PORT: '0' }), /DATA_DIR \(.*\) is not a directory/);
  }
  assert.equal(await readFile(file, 'utf8'), 'kept');
});

test('a data directory that this user may not write to is refused by name', async (t) => {
  const directory = await temporaryDirectory(t);
  const nobody = getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : null;
  if (nobody && !(await canEnter(nobody, import.meta.dirname))) return t.skip('the checkout is closed to others');
  await chmod(directory, 0o555);
  const start = spawnOnfile({ DATA_DIR: join(directory, 'data'), PORT: '0' }, nobody ?? {});
  await assertRefused(start, /DATA_DIR \(.*\) cannot be used by this user; give it the right to write there/);
});

test('a full disk is told as that', async (t) => {
  const disk = await temporaryDirectory(t);
  const mounted = await runAs(null, 'mount', ['-t', 'tmpfs', '-o', 'size=16m', 'onfile-test', disk]);
  if (!mounted.succeeded) return t.skip('this user cannot mount a small disk');
  try {
    const dataDir = join(disk, 'data');
    await assertRefused(
      spawnOnfile({ DATA_DIR: dataDir, PORT: '0' }),
      /could not be created: .*No space left on device/,
    );
    await writeFile(join(disk, 'filler'), Buffer.alloc(16 << 20)).catch(() => undefined);
    await assertRefused(spawnOnfile({ DATA_DIR: `${dataDir}2`, PORT: '0' }), /DATA_DIR \(.*\) is on a full disk/);
  } finally {
    await runAs(null, 'umount', [disk]);
  }
});

async function temporaryDirectory(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'onfile-refused-'));
  await chmod(directory, 0o755);
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

async function takePort(): Promise<{ port: string; close: () => void }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: String(address.port), close: () => void server.close() };
}
