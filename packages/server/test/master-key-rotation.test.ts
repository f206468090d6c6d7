import assert from 'node:assert/strict';
import { copyFile, readFile, stat, writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { Caller } from '../src/context.ts';
import { masterKeyFailureOf } from '../src/keys/master-key-failure.ts';
import { openMasterKeyFile } from '../src/keys/master-key-file.ts';
import { unwrapTenantKeys } from '../src/keys/tenant-keys.ts';
import { openDeploymentMasterKey } from '../src/lifecycle/deployment-master-key.ts';
import { rotateMasterKey } from '../src/ops/keys/rotate-master-key.ts';
import { createTenant } from '../src/ops/tenants/create.ts';
import { listTenantKeys } from '../src/store/keys.ts';
import { query } from './harness/look-inside.ts';
import { createRecord, getRecord, putRecord } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

const caller: Caller = { kind: 'command-line', id: 'test', scopes: new Set() };
const keysPerTenant = 4;

let server: TestServer;
let beside: TestServer;
let tenants: TestTenant[];

before(async () => {
  server = await startTestServer();
  beside = await startTestServer({}, server);
  tenants = [await server.tenant('acme'), await server.tenant('bravo'), await server.tenant('club')];
});
after(async () => {
  await beside.stop();
  await server.stop();
});

const fileOf = ({ services }: TestServer): string => services.config.masterKeyFile;
const readFileKeys = async () => JSON.parse(await readFile(fileOf(server), 'utf8'));

/** By which master keys the tenants' keys are wrapped. */
const wrappedBy = async (): Promise<string[]> => {
  const rows = await query<{ by: string }>(server, 'SELECT DISTINCT wrapped_by AS by FROM tenant_keys');
  return rows.map(({ by }) => by);
};

/** Updates the tenant's record on two servers in turn until told to stop. Answers what was not acknowledged. */
function updateUntilStopped(tenant: TestTenant, record: Record<string, any>) {
  const refused: unknown[] = [];
  const stopping = new AbortController();
  async function run(): Promise<number> {
    let current = record;
    for (let n = 1; !stopping.signal.aborted; n++) {
      const answer = await putRecord(n % 2 ? server : beside, tenant, { ...current, name: `Card ${n}` });
      if (answer.status === 200) current = answer.body;
      else refused.push(answer);
    }
    return current['sys_version'];
  }
  const ended = run();
  return {
    async stop() {
      stopping.abort();
      return { version: await ended, refused };
    },
  };
}

test('the master key is replaced while two servers serve; the old one opens nothing and is gone', async () => {
  const [tenant] = tenants as [TestTenant];
  const record = await createRecord(server, tenant);
  const earlier = await readFileKeys();
  await copyFile(fileOf(server), `${fileOf(server)}.old`);
  const load = updateUntilStopped(tenant, record);
  const progress: [number, number][] = [];

  const rotated = await rotateMasterKey(server.services, caller, {
    onProgress: (done, total) => progress.push([done, total]),
  });
  const { version, refused } = await load.stop();

  assert.deepEqual(refused, []);
  assert.equal(rotated.rewrapped, keysPerTenant * tenants.length);
  assert.deepEqual(rotated.destroyed, [earlier.keyId]);
  assert.deepEqual(progress, [
    [1, 3],
    [2, 3],
    [3, 3],
  ]);
  assert.deepEqual(await wrappedBy(), [rotated.keyId]);
  const now = await readFileKeys();
  assert.deepEqual(Object.keys(now), ['keyId', 'key']);
  assert.equal(now.keyId, rotated.keyId);
  assert.notEqual(now.key, earlier.key);
  assert.equal((await stat(fileOf(server))).mode & 0o777, 0o600);
  assert.equal((await getRecord(beside, tenant, record['id'])).body.sys_version, version);

  const old = await openMasterKeyFile(`${fileOf(server)}.old`, false);
  const keys = await listTenantKeys(server.services.db, tenant.tenantId);
  await assert.rejects(unwrapTenantKeys(old, tenant.tenantId, keys), (error) => masterKeyFailureOf(error) !== null);
  const renamed = keys.map((key) => ({ ...key, wrappedBy: earlier.keyId }));
  await assert.rejects(unwrapTenantKeys(old, tenant.tenantId, renamed), (error) => masterKeyFailureOf(error) !== null);
});

test('a server that read the file before the rotation opens tenants that it never served', async () => {
  const stale = await startTestServer({}, server);
  await rotateMasterKey(server.services, caller);
  for (const tenant of tenants) {
    const record = await createRecord(stale, tenant);
    assert.equal((await getRecord(server, tenant, record['id'])).status, 200);
  }
  await stale.stop();
});

test('each tenant’s audit says that its keys were wrapped by another master key, and by whom', async () => {
  const { keyId } = await rotateMasterKey(server.services, caller);
  const entries = await query(
    server,
    `SELECT tenant_id AS tenant, actor_kind AS kind, actor_id AS id FROM audit_entries
     WHERE action = 'tenant_keys.rewrapped' AND subject_kind = 'master_key' AND subject_id = $1 ORDER BY tenant_id`,
    [keyId],
  );
  assert.deepEqual(
    entries,
    tenants.map(({ tenantId }) => ({ tenant: tenantId, kind: 'command-line', id: 'test' })),
  );
});

test('a rotation that was interrupted opens everything, and the next run ends it without yet another key', async () => {
  const interruption = new AbortController();
  const earlier = await readFileKeys();
  const interrupted = rotateMasterKey(server.services, caller, {
    onProgress: () => interruption.abort(new Error('killed')),
    signal: interruption.signal,
  });
  await assert.rejects(interrupted, /killed/);
  const between = await readFileKeys();
  assert.deepEqual(between.earlier, [{ keyId: earlier.keyId, key: earlier.key }]);
  assert.deepEqual(new Set(await wrappedBy()), new Set([earlier.keyId, between.keyId]));
  const fresh = await startTestServer({}, server);
  for (const tenant of tenants) assert.ok((await createRecord(fresh, tenant))['id']);
  await fresh.stop();

  const resumed = await rotateMasterKey(server.services, caller);
  assert.equal(resumed.keyId, between.keyId);
  assert.equal(resumed.rewrapped, keysPerTenant * (tenants.length - 1));
  assert.deepEqual(resumed.destroyed, [earlier.keyId]);
  assert.deepEqual(await wrappedBy(), [between.keyId]);
});

test('one that ended just before it destroyed the old key destroys it when it is run again', async () => {
  const now = await readFileKeys();
  const old = { keyId: 'one-before', key: Buffer.alloc(32, 7).toString('base64') };
  await writeFile(fileOf(server), JSON.stringify({ ...now, earlier: [old] }));
  const { keyId, rewrapped, destroyed } = await rotateMasterKey(server.services, caller);
  assert.deepEqual([keyId, rewrapped, destroyed], [now.keyId, 0, [old.keyId]]);
  assert.deepEqual(await readFileKeys(), now);
});

test('a server whose copy of the file is the old one refuses what it cannot open, until it has the new one', async () => {
  const [tenant] = tenants as [TestTenant];
  const masterKeyFile = `${fileOf(server)}.copy`;
  await copyFile(fileOf(server), masterKeyFile);
  const behind = await startTestServer({ masterKeyFile }, server);
  await rotateMasterKey(server.services, caller);
  const { id } = await createRecord(server, tenant);
  assert.equal((await getRecord(behind, tenant, id)).status, 503);
  await assert.rejects(createTenant(behind.services, { tenantId: 'behind' }, caller), /the master key is not the one/);
  await copyFile(fileOf(server), masterKeyFile);
  assert.equal((await getRecord(behind, tenant, id)).status, 200);
  await behind.stop();
});

test('a start with the file of another installation, or a damaged one, ends with a sentence', async () => {
  const { config, db } = server.services;
  const masterKeyFile = `${fileOf(server)}.other`;
  const start = () => openDeploymentMasterKey({ ...config, masterKeyFile }, db);
  await assert.rejects(start(), /^Error: the master key file .*\.other cannot be read; set MASTER_KEY_FILE/);
  const key = Buffer.alloc(32, 7).toString('base64');
  for (const keyId of ['other', (await readFileKeys()).keyId]) {
    await writeFile(masterKeyFile, JSON.stringify({ keyId, key }));
    await assert.rejects(start(), /^Error: the master key .* does not open this database's keys; set MASTER_KEY_FILE/);
  }
  for (const text of [
    '',
    '{"keyId":"x"',
    '[]',
    'null',
    JSON.stringify({ keyId: 'x', key, earlier: [{ keyId: 'y' }] }),
  ]) {
    await writeFile(masterKeyFile, text);
    await assert.rejects(start(), /^Error: the master key file .* is damaged; restore it from its backup$/, text);
  }
});

test('rotations at the same time, and tenants made meanwhile, lose no key', async () => {
  const made = Array.from({ length: 8 }, (_, n) => `made-${n}`);
  const outcomes = await Promise.allSettled([
    rotateMasterKey(server.services, caller),
    rotateMasterKey(beside.services, caller),
    rotateMasterKey(server.services, caller),
    ...made.map((tenantId, n) => createTenant((n % 2 ? server : beside).services, { tenantId }, caller)),
  ]);
  const failed = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []));
  // One that was made at the very moment is told to come again, and is not there.
  for (const failure of failed) assert.match(failure, /errormessage\.unavailable/);
  const { keyId } = await readFileKeys();
  assert.deepEqual(await wrappedBy(), [keyId]);
  const masterKey = await openMasterKeyFile(fileOf(server), false);
  const ids = await query<{ id: string }>(server, 'SELECT tenant_id AS id FROM tenants');
  assert.equal(ids.length, tenants.length + made.length - failed.length);
  for (const { id } of ids) await unwrapTenantKeys(masterKey, id, await listTenantKeys(server.services.db, id));
});

test('a tenant that another master key wrapped stops the rotation, and nothing is destroyed', async () => {
  const [tenant] = tenants as [TestTenant];
  const earlier = await readFileKeys();
  const [row] = await query<{ key_id: string }>(
    server,
    `UPDATE tenant_keys SET wrapped_by = 'lost' WHERE tenant_id = $1 AND purpose = 'audit' RETURNING key_id`,
    [tenant.tenantId],
  );
  await assert.rejects(rotateMasterKey(server.services, caller), /does not open this database's keys.*holds lost/);
  assert.deepEqual(await readFileKeys(), earlier);
  await query(server, 'UPDATE tenant_keys SET wrapped_by = $1 WHERE key_id = $2', [earlier.keyId, row?.key_id]);
  await rotateMasterKey(server.services, caller);
});
