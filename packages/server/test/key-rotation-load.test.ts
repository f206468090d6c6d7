import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { auditorOf, sealAndSign, verify } from './harness/audit.ts';
import { keyRows, misplaced, rotate } from './harness/keys.ts';
import { query } from './harness/look-inside.ts';
import { bearer, createRecord, enterCard, getRecord, replaceInstrument, visa } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { until } from './harness/until.ts';
import { startUpdateLoad } from './harness/update-load.ts';

let server: TestServer;
let other: TestServer;
let acme: TestTenant;
let bystander: TestTenant;

before(async () => {
  server = await startTestServer();
  other = await startTestServer({}, server);
  acme = await server.tenant('acme');
  bystander = await server.tenant('bystander');
});

after(async () => {
  await other.stop();
  await server.stop();
});

it('a rotation of all keys under load at two servers, and one after it, fails and loses nothing and leaves nothing under an old key', async () => {
  await createRecord(server, bystander);
  const untouched = await keyRows(server, 'bystander');
  const idle = await createRecord(server, acme);
  const billed = await replaceInstrument(server, acme, await enterCard(server, acme, visa));
  const loads = [await startUpdateLoad(server, acme), await startUpdateLoad(other, acme)];
  await until(async () => loads.every((load) => load.acknowledged() >= 1));

  const [underLoad] = (await rotate(server, { tenantId: 'acme', graceMs: 500 })).tenants;
  for (const load of loads) await load.stop();
  const [afterwards] = (await rotate(server, { tenantId: 'acme', graceMs: 0 })).tenants;
  for (const done of [underLoad, afterwards]) {
    assert.deepEqual([done?.old.tenant, done?.old.customers, done?.tenant?.unrecognised], [{}, {}, 0]);
  }
  const updates = loads.flatMap((load) => load.updates);
  assert.deepEqual(updates.filter(({ answer }) => answer?.status !== 200).length, 0);
  assert.deepEqual(await misplaced(server, 'acme'), []);

  for (const update of updates.filter((_, n) => n % 10 === 0)) {
    const again = await update.retry(other);
    assert.deepEqual(
      [again.status, again.headers.get('idempotency-replayed'), again.body],
      [200, 'true', update.answer?.body],
    );
  }
  assert.deepEqual((await getRecord(other, acme, idle.id)).body, idle);
  const records = await query<{ id: string; sys_version: number }>(
    server,
    `SELECT id, sys_version FROM stored_payment_methods WHERE tenant_id = 'acme'`,
  );
  for (const { id, sys_version } of records.slice(0, 20)) {
    const { status, body } = await other.call('GET', `/storedPaymentMethods/acme/${id}/history?limit=100`, {
      headers: bearer(acme),
    });
    assert.equal(status, 200);
    assert.ok(body.Items.length >= Math.min(sys_version, 100));
  }
  const again = await replaceInstrument(other, acme, await enterCard(other, acme, visa));
  assert.deepEqual(
    [again.body.match, again.body.storedPaymentMethodId],
    ['SAME_METHOD', billed.body.storedPaymentMethodId],
  );
  await sealAndSign(server, 'acme');
  assert.deepEqual((await verify(await auditorOf(server, 'acme'))).findings, []);
  assert.deepEqual(await keyRows(server, 'bystander'), untouched);
});
