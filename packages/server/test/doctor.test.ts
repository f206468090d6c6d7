import assert from 'node:assert/strict';
import { chmod, copyFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { temporaryDataDirectory } from './harness/data-directory.ts';
import { createEmptyDatabase } from './harness/database.ts';
import { newInstallation } from './harness/installation.ts';
import { onfile } from './harness/onfile-command.ts';

type Check = { check: string; state: string; found: string; mend?: string };

async function examine(settings: Record<string, string>): Promise<Record<string, Check>> {
  const { exitCode, stdout, stderr } = await onfile(['doctor', '--json'], settings);
  assert.equal(stderr, '');
  const { isHealthy, checks }: { isHealthy: boolean; checks: Check[] } = JSON.parse(stdout);
  assert.equal(exitCode, isHealthy ? 0 : 1);
  assert.equal(
    isHealthy,
    checks.every(({ state }) => state !== 'bad'),
  );
  for (const { state, found, mend } of checks) {
    assert.match(found, /\.$/);
    if (state === 'bad') assert.match(mend ?? '', /^[A-Z].*\.$/s);
    else assert.equal(mend, undefined);
  }
  return Object.fromEntries(checks.map((check) => [check.check, check]));
}

const badOnes = (checks: Record<string, Check>): string[] =>
  Object.values(checks)
    .filter(({ state }) => state === 'bad')
    .map(({ check }) => check);

it('onfile doctor finds nothing in a healthy installation, and each fault that is made', async (t) => {
  const installation = await newInstallation(t);
  const { url } = await installation.serve();
  const { dataDir } = installation;
  const settings = { DATA_DIR: dataDir, PORT: new URL(url).port };
  const healthy = await examine(settings);
  assert.deepEqual(badOnes(healthy), [], JSON.stringify(healthy));
  assert.deepEqual(Object.keys(healthy), [
    'Node',
    'data directory',
    'disk',
    'database',
    'row security',
    'migrations',
    'clock',
    'master key file',
    'master key',
    'erasure register',
    'server',
  ]);
  const { stdout } = await onfile(['doctor'], settings);
  assert.match(stdout, /^ok +Node +Version .*\n(ok .*\n)+\nNothing needs mending\.\n$/);

  assert.deepEqual(badOnes(await examine({ ...settings, PORT: '1' })), ['server']);
  assert.equal((await examine({ ...settings, PORT: '0' }))['server']?.state, 'unknown');

  const keyFile = join(dataDir, 'master-key.json');
  await chmod(keyFile, 0o644);
  const open = await examine(settings);
  assert.deepEqual(badOnes(open), ['master key file']);
  assert.equal(open['master key file']?.mend, `Run chmod 600 ${keyFile}.`);
  await chmod(keyFile, 0o600);

  const { mode } = await stat(dataDir);
  await chmod(dataDir, 0o777);
  assert.deepEqual(badOnes(await examine(settings)), ['data directory']);
  await chmod(dataDir, mode);

  const elsewhere = await temporaryDataDirectory(t);
  const otherKey = join(elsewhere, 'other.json');
  await writeFile(otherKey, JSON.stringify({ keyId: 'other', key: Buffer.alloc(32, 7).toString('base64') }), {
    mode: 0o600,
  });
  assert.deepEqual(badOnes(await examine({ ...settings, MASTER_KEY_FILE: otherKey })), ['master key']);
  await copyFile(keyFile, otherKey);
  assert.deepEqual(badOnes(await examine({ ...settings, MASTER_KEY_FILE: otherKey })), []);
  const damaged = join(elsewhere, 'damaged.json');
  await writeFile(damaged, '{"keyId":"x"', { mode: 0o600 });
  const broken = await examine({ ...settings, MASTER_KEY_FILE: damaged });
  assert.deepEqual(badOnes(broken), ['master key file', 'master key']);
});

it('onfile doctor says of a database what it lacks', async (t) => {
  const dataDir = await temporaryDataDirectory(t);
  const empty = await createEmptyDatabase();
  t.after(() => empty.drop());
  const at = (url: string) => examine({ DATA_DIR: dataDir, DATABASE_URL: url, PORT: '0' });

  const unmigrated = await at(empty.url);
  assert.ok(badOnes(unmigrated).includes('migrations'));
  assert.equal(unmigrated['database']?.state, 'good');
  const asSuperuser = await at(empty.adminUrl);
  assert.match(asSuperuser['row security']?.found ?? '', /is a superuser/);
  const unreachable = await at('postgres://onfile:secret@127.0.0.1:1/onfile');
  assert.equal(unreachable['database']?.state, 'bad');
  assert.equal(unreachable['migrations']?.state, 'unknown');
  assert.ok(!JSON.stringify(unreachable).includes('secret'));

  const nowhere = await examine({ DATA_DIR: join(dataDir, 'absent'), PORT: '1' });
  assert.deepEqual(badOnes(nowhere), ['data directory', 'database', 'master key file', 'server']);
});
