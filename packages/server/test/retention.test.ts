import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { holdTenantsRetention } from '../src/jobs/hold-retention.ts';
import type { Removed } from '../src/ops/retention/hold.ts';
import { assertRefused } from './harness/assert-refused.ts';
import { auditorOf, sealAndSign, verify } from './harness/audit.ts';
import { cellsOf, loadRows } from './harness/bulk-loads.ts';
import { callEvents, catchUp } from './harness/events.ts';
import { sweep } from './harness/files.ts';
import { everyRow, query, tablesOf } from './harness/look-inside.ts';
import { bearer, createRecord, enterCard, getRecord, keyHeader, putRecord } from './harness/main-job.ts';
import { everyOpenedValue } from './harness/opened-rows.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

const day = 24 * 3_600_000;
const minute = 60_000;

let server: TestServer;

before(async () => {
  server = await startTestServer();
});

after(() => server.stop());

const hold = ({ tenantId }: TestTenant): Promise<Removed> => holdTenantsRetention(server.services, tenantId);
const tenantKeeping = (tenantId: string, retentionDays: object): Promise<TestTenant> =>
  server.tenant(tenantId, { retentionDays });

/** Moves the clock on and gets a token that is valid then. */
async function pass(tenant: TestTenant, milliseconds: number): Promise<void> {
  server.clock.advance(milliseconds);
  const { body } = await server.call('POST', '/oauth/token', {
    body: { grant_type: 'client_credentials', client_id: tenant.clientId, client_secret: tenant.clientSecret },
  });
  tenant.accessToken = body.access_token;
}

const read = (tenant: TestTenant, path: string): Promise<Answer> =>
  server.call('GET', `/storedPaymentMethods/${tenant.tenantId}/${path}`, { headers: bearer(tenant) });

describe('the history of records', () => {
  it('is kept for its days from when the next version came, and the current version for good', async () => {
    const gym = await tenantKeeping('history', { recordHistory: 40 });
    const record = await createRecord(server, gym, { name: 'Oldmark' });
    await pass(gym, 100 * day);
    const { body: second } = await putRecord(server, gym, { ...record, name: 'Second' });
    await pass(gym, 40 * day - minute);
    assert.deepEqual(await hold(gym), {});
    assert.equal((await read(gym, `${record.id}?as_of=1`)).body.name, 'Oldmark');
    await pass(gym, 2 * minute);
    assert.deepEqual(await hold(gym), { recordHistory: 1 });
    assertRefused(await read(gym, `${record.id}?as_of=1`), 404, 'record.version.not.found', 'as_of');
    assert.deepEqual((await getRecord(server, gym, record.id)).body, second);
    const { body: history } = await read(gym, `${record.id}/history`);
    assert.deepEqual(
      history.Items.map((item: { sys_version: number }) => item.sys_version),
      [2],
    );
    assert.deepEqual(await hold(gym), {});
  });
});

describe('a deleted record', () => {
  it('can be restored until its days are over; then its content is gone, in the history too', async () => {
    const gym = await tenantKeeping('deleted', { deletedRecords: 30 });
    const record = await createRecord(server, gym, { name: 'Deletedmark', sys_external_id: 'Deletedmark-1' });
    const path = `/storedPaymentMethods/deleted/${record.id}`;
    await server.call('DELETE', path, { headers: bearer(gym) });
    await pass(gym, 30 * day - minute);
    assert.deepEqual(await hold(gym), {});
    assert.equal((await read(gym, `${record.id}/history`)).status, 200);
    await pass(gym, 2 * minute);
    assert.deepEqual(await hold(gym), { deletedRecords: 1 });
    assertRefused(await read(gym, `${record.id}/history`), 404, 'record.not.found');
    const restored = await server.call('POST', `${path}/restore`, { headers: bearer(gym), body: { sys_version: 1 } });
    assertRefused(restored, 404, 'record.not.found');
    const rows = [...(await everyRow(server)), ...(await everyOpenedValue(server))];
    const left = tablesOf(rows, 'Deletedmark').filter((table) => !table.startsWith('audit_entries'));
    assert.deepEqual(left, []);
    const { body: list } = await server.call('GET', '/storedPaymentMethods/deleted?deleted=true', {
      headers: bearer(gym),
    });
    assert.equal(list.Count, 0);
  });
});

describe('events', () => {
  it('are kept for their days; a cursor from before them is refused with the numbers that there are', async () => {
    const gym = await tenantKeeping('events', { events: 10 });
    await createRecord(server, gym);
    const known = await catchUp(server, gym);
    const last = known.at(-1)?.number ?? 0;
    await pass(gym, 10 * day - minute);
    assert.deepEqual(await hold(gym), {});
    const { id } = await createRecord(server, gym);
    await catchUp(server, gym);
    await pass(gym, 2 * minute);
    assert.deepEqual(await hold(gym), { events: last });
    assertRefused(await callEvents(server, gym, { after: 1 }), 400, 'validation.range', 'after');
    for (const from of [0, last]) {
      const events = await catchUp(server, gym, { after: from });
      assert.deepEqual(
        events.map(({ number, subject }) => [number, subject.id]),
        [[last + 1, id]],
      );
    }
    await pass(gym, 20 * day);
    assert.deepEqual(await hold(gym), {});
    await createRecord(server, gym);
    assert.deepEqual((await catchUp(server, gym, { after: last + 1 }))[0]?.number, last + 2);
  });
});

describe('the audit', () => {
  it('is cut at a signed checkpoint once its days are over, and what remains still verifies', async () => {
    const gym = await tenantKeeping('audit', { audit: 365 });
    await createRecord(server, gym);
    await sealAndSign(server, 'audit');
    const ctx = await auditorOf(server, 'audit');
    const { sealed } = await verify(ctx);
    await pass(gym, 365 * day - 2 * minute);
    assert.equal((await hold(gym)).audit, undefined);
    await createRecord(server, gym);
    await sealAndSign(server, 'audit');
    await pass(gym, 3 * minute);
    assert.equal((await hold(gym)).audit, sealed);
    const left = await verify(ctx);
    assert.deepEqual([left.findings, left.removedThrough], [[], sealed]);
    const { body } = await server.call('GET', '/audit/audit?limit=1', { headers: keyHeader(gym) });
    assert.equal(body.Items[0].number, sealed + 1);
    await sealAndSign(server, 'audit');
    assert.deepEqual((await verify(ctx)).findings, []);
  });

  it('that somebody else cuts is found out', async () => {
    const gym = await tenantKeeping('forged', {});
    await createRecord(server, gym);
    await sealAndSign(server, gym.tenantId);
    const ctx = await auditorOf(server, gym.tenantId);
    await query(
      server,
      `INSERT INTO audit_cuts (tenant_id, number, chain, at, signature)
       SELECT tenant_id, number, chain, at, signature FROM audit_checkpoints WHERE tenant_id = $1`,
      [gym.tenantId],
    );
    await query(server, 'DELETE FROM audit_seals WHERE tenant_id = $1 AND number <= 2', [gym.tenantId]);
    const kinds = new Set((await verify(ctx)).findings.map(({ kind }) => kind));
    assert.ok(kinds.has('cut-changed') && kinds.has('seal-removed'), [...kinds].join());
  });
});

describe('what is over', () => {
  it('goes with its days: loads with their results, payment sessions with their requests', async () => {
    const gym = await tenantKeeping('over', { backgroundTasks: 20, paymentSessions: 20 });
    const load = await loadRows(server, gym, [cellsOf(gym, 'ext-1')]);
    await enterCard(server, gym);
    const person = await server.call('POST', '/v1/payments/user-session', {
      headers: keyHeader(gym),
      body: { amount: 0, scope: 'MEMBER_ACCOUNT', referenceText: 'Sessionmark' },
    });
    assert.equal(person.status, 200, JSON.stringify(person.body));
    await pass(gym, 20 * day - minute);
    await sweep(server, gym);
    assert.deepEqual(await hold(gym), {});
    await pass(gym, 3 * 3_600_000);
    assert.deepEqual(await hold(gym), { backgroundTasks: 1, paymentSessions: 2 });
    const { status } = await server.call('GET', `/bulkLoads/over/${load['id']}`, { headers: bearer(gym) });
    assert.equal(status, 404);
    const [left] = await query(
      server,
      `SELECT (SELECT count(*)::int FROM bulk_load_results WHERE tenant_id = 'over') AS results,
         (SELECT count(*)::int FROM payment_requests WHERE tenant_id = 'over') AS requests,
         (SELECT count(*)::int FROM customer_keys k WHERE tenant_id = 'over' AND NOT EXISTS (
            SELECT FROM customers c WHERE c.customer_uuid = k.customer_uuid)) AS keys_of_nobody`,
    );
    assert.deepEqual(left, { results: 0, requests: 0, keys_of_nobody: 0 });
  });

  it('is removed once when several processes are at it, and nothing of another tenant', async () => {
    const gym = await tenantKeeping('several', { recordHistory: 30 });
    const other = await tenantKeeping('longer', { recordHistory: 300 });
    for (const tenant of [gym, other]) {
      let record = await createRecord(server, tenant);
      for (let n = 0; n < 5; n++)
        ({ body: record } = await putRecord(server, tenant, { ...record, name: `Card ${n}` }));
    }
    await pass(gym, 31 * day);
    const beside = await startTestServer({}, server);
    const outcomes = await Promise.all([hold(gym), holdTenantsRetention(beside.services, 'several'), hold(other)]);
    await beside.stop();
    const versions = (outcomes[0].recordHistory ?? 0) + (outcomes[1].recordHistory ?? 0);
    assert.deepEqual([versions, outcomes[2]], [5, {}]);
  });
});
