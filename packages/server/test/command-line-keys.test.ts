import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { bareEnvironment } from './harness/bare-environment.ts';
import { misplaced } from './harness/keys.ts';
import { query } from './harness/look-inside.ts';
import { createRecord, getRecord } from './harness/main-job.ts';
import { onfile } from './harness/onfile-command.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { until } from './harness/until.ts';

let server: TestServer;
let acme: TestTenant;
let settings: Record<string, string>;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
  settings = { DATABASE_URL: server.database.url, MASTER_KEY_FILE: server.services.config.masterKeyFile };
});

after(() => server.stop());

const wrappingKeys = () =>
  query<{ key_id: string; wrapped_by: string }>(
    server,
    `SELECT key_id, wrapped_by FROM tenant_keys WHERE tenant_id = 'acme' AND purpose = 'wrapping' ORDER BY created_at`,
  );

describe('onfile keys', () => {
  it('rotate, killed in the middle, goes on when it is run again, and rotates everything', async () => {
    const record = await createRecord(server, acme);
    const [first] = await wrappingKeys();
    const binary = resolve(import.meta.dirname, '../bin/onfile.js');
    const killed = spawn(process.execPath, [binary, 'keys', 'rotate', '--grace', '0'], {
      env: { ...bareEnvironment(), ...settings },
      stdio: 'ignore',
    });
    await until(async () => (await wrappingKeys()).length === 2);
    killed.kill('SIGKILL');
    await once(killed, 'close');
    const { exitCode, stdout, stderr } = await onfile(['keys', 'rotate', '--grace', '0', '--json'], settings);
    assert.deepEqual([exitCode, stderr], [0, '']);
    const { master, isContinued, tenants } = JSON.parse(stdout);
    assert.equal(isContinued, true);
    assert.deepEqual([tenants[0].old.tenant, tenants[0].old.customers], [{}, {}]);
    const rotated = await wrappingKeys();
    assert.equal(rotated.length, 2);
    for (const key of rotated) assert.equal(key.wrapped_by, master.keyId);
    assert.notEqual(master.keyId, first?.wrapped_by);
    assert.deepEqual(await misplaced(server, 'acme'), []);
    assert.deepEqual((await getRecord(server, acme, record.id)).body, record);
  });

  it('rotate leaves what was not named alone', async () => {
    const kept = await wrappingKeys();
    const { exitCode, stdout } = await onfile(['keys', 'rotate', '--customers', '--grace', '0', '--json'], settings);
    assert.equal(exitCode, 0);
    const { master, tenants } = JSON.parse(stdout);
    assert.deepEqual([master, tenants[0].tenant, tenants[0].customers.customers], [null, null, 1]);
    assert.deepEqual(await wrappingKeys(), kept);
  });

  it('rotate refuses the master key of one tenant, and a tenant that does not exist', async () => {
    const both = await onfile(['keys', 'rotate', '--tenant', 'acme', '--master'], settings);
    assert.equal(both.exitCode, 2);
    assert.match(both.stderr, /The master key is of every tenant/);
    const none = await onfile(['keys', 'rotate', '--tenant', 'nobody', '--json'], settings);
    assert.equal(none.exitCode, 1);
    assert.equal(JSON.parse(none.stdout).error.errorCode, 'errormessage.tenant.not.found');
  });

  it('list tells purpose, state and age of each key, and nothing that it is made of', async () => {
    const { exitCode, stdout } = await onfile(['keys', 'list', '--json'], settings);
    assert.equal(exitCode, 0);
    const [listed] = JSON.parse(stdout).tenants;
    assert.deepEqual(Object.keys(listed.keys[0]).toSorted(), ['activeFrom', 'id', 'purpose', 'state', 'wrappedBy']);
    const current = listed.keys.filter((key: { state: string }) => key.state === 'current');
    assert.deepEqual(
      current.map((key: { purpose: string }) => key.purpose),
      ['audit', 'fingerprint', 'idempotency', 'wrapping'],
    );
    const text = await onfile(['keys', 'list', '--tenant', 'acme'], settings);
    assert.match(text.stdout, /PURPOSE +STATE +ID +IN USE FROM +WRAPPED BY/);
    assert.match(text.stdout, /\d keys of customers, and \d earlier ones that entries of the audit name\./);
  });
});
