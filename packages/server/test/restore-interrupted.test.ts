import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertAllOrNothing } from './harness/assert-all-or-nothing.ts';
import { startOnfile, temporaryDirectory } from './harness/backups.ts';
import { storeFile } from './harness/files.ts';
import { demoPayee, newInstallation } from './harness/installation.ts';
import { onfile } from './harness/onfile-command.ts';
import { until } from './harness/until.ts';
import { startUpdateLoad } from './harness/update-load.ts';

const unlimited = { RATE_LIMIT_PER_MINUTE: '0', LOG_LEVEL: 'error' };

test('a restore that is killed, whenever it is, serves nothing half and is repeated', async (t) => {
  const original = await newInstallation(t);
  const server = await original.serve(unlimited);
  const payee = await demoPayee(original.dataDir, server);
  await storeFile(server, payee);
  const load = await startUpdateLoad(server, payee);
  await until(async () => load.acknowledged() >= 3);
  await load.stop();
  const backup = join(await temporaryDirectory(t), 'one.backup');
  assert.equal((await onfile(['backup', backup], { DATA_DIR: original.dataDir })).exitCode, 0);
  await server.kill();

  const settings = { MASTER_KEY_FILE: join(original.dataDir, 'master-key.json') };
  const restored = await newInstallation(t);
  const { dataDir, start } = restored;
  const command = ['restore', backup, '--into', dataDir];
  for (const sign of ['unfinished-restore', 'postgres/postmaster.pid', 'files']) {
    const restore = startOnfile(command, settings);
    await until(() => stat(join(dataDir, sign)).catch(() => null));
    restore.kill();
    assert.equal(await restore.ended, 'SIGKILL', sign);
  }
  const refused = start(settings);
  assert.equal((await refused.ended).code, 1);
  assert.match(refused.errors(), /holds a restore that did not come to its end; repeat it with "npx onfile restore/);
  const repeated = await onfile(command, settings);
  assert.equal(repeated.exitCode, 0, repeated.stderr);
  await assertAllOrNothing(restored, await restored.serve(settings), load.updates);
});
