import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertAllOrNothing } from './harness/assert-all-or-nothing.ts';
import { temporaryDirectory } from './harness/backups.ts';
import { pdf, readFile as readStoredFile, storeFile } from './harness/files.ts';
import { demoPayee, newInstallation } from './harness/installation.ts';
import { mastercard, visa } from './harness/main-job.ts';
import { onfile } from './harness/onfile-command.ts';
import { until } from './harness/until.ts';
import { startUpdateLoad } from './harness/update-load.ts';

const unlimited = { RATE_LIMIT_PER_MINUTE: '0', LOG_LEVEL: 'error' };

test('a backup under load, restored elsewhere, holds every update that was acknowledged before, and serves', async (t) => {
  const original = await newInstallation(t);
  const server = await original.serve(unlimited);
  const payee = await demoPayee(original.dataDir, server);
  const kept = await storeFile(server, payee);
  const load = await startUpdateLoad(server, payee);
  await until(async () => load.acknowledged() >= 5);

  const before = load.updates.filter(({ answer }) => answer?.status === 200);
  const backup = join(await temporaryDirectory(t), 'one.backup');
  const made = await onfile(['backup', backup, '--json'], { DATA_DIR: original.dataDir });
  assert.deepEqual([made.exitCode, made.stderr], [0, '']);
  const after = load.acknowledged();
  await until(async () => load.acknowledged() > after);
  await load.stop();

  const masterKeyFile = join(original.dataDir, 'master-key.json');
  const { key } = JSON.parse(await readFile(masterKeyFile, 'utf8'));
  const file = await readFile(backup, 'latin1');
  for (const secret of [visa, mastercard, payee.apiKey, key, 'onfile_server']) {
    assert.ok(!file.includes(secret) && !made.stdout.includes(secret), secret);
  }
  assert.ok(!file.includes('stored_payment'), 'nothing stands in it in clear but its header');
  assert.equal((await stat(backup)).mode & 0o777, 0o600);

  const settings = { MASTER_KEY_FILE: masterKeyFile };
  const restored = await newInstallation(t);
  const result = await onfile(['restore', backup, '--into', restored.dataDir, '--json'], settings);
  assert.equal(result.exitCode, 0, result.stderr + result.stdout);
  const { audits, tables } = JSON.parse(result.stdout);
  assert.deepEqual(
    audits.map(({ tenantId, findingCount }: any) => [tenantId, findingCount]),
    [['demo', 0]],
  );
  assert.deepEqual(tables, JSON.parse(made.stdout).tables);

  const again = await restored.serve({ ...unlimited, ...settings });
  await assertAllOrNothing(restored, again, before);
  const { body: found } = await readStoredFile(again, payee, kept['id']);
  const content = await fetch(found.download.url);
  assert.deepEqual(Buffer.from(await content.arrayBuffer()), pdf);

  const more = await startUpdateLoad(again, payee);
  await until(async () => more.acknowledged() >= 3);
  await more.stop();
  await until(async () => {
    const [numbered] = await restored.query<{ gaps: number; waiting: number }>(
      `SELECT (max(number) - count(number))::int AS gaps, count(*) FILTER (WHERE number IS NULL)::int AS waiting FROM events`,
    );
    assert.equal(numbered?.gaps, 0);
    return numbered.waiting === 0;
  });
  await until(
    async () =>
      (await restored.query(`SELECT 1 FROM token_tasks WHERE state = 'pending' AND attempts = 0`)).length === 0,
  );
  const verified = await onfile(['audit', 'verify'], { DATA_DIR: restored.dataDir, ...settings });
  assert.equal(verified.exitCode, 0, verified.stdout);
});
