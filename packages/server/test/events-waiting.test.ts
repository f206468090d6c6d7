import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createEventFeed, mostWaiting } from '../src/ops/events/feed.ts';
import { callEvents } from './harness/events.ts';
import { demoPayee, newInstallation } from './harness/installation.ts';
import { query } from './harness/look-inside.ts';
import { bearer, createRecord, putRecord } from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { until } from './harness/until.ts';

let server: TestServer;
let beside: TestServer;

before(async () => {
  server = await startTestServer();
  beside = await startTestServer({}, server);
});

after(async () => {
  await beside.stop();
  await server.stop();
});

const last = async (tenant: TestTenant): Promise<number> => (await callEvents(server, tenant)).body.last_number;

const waitFor = (tenant: TestTenant, wanted: Record<string, string | number>): Promise<Answer> =>
  callEvents(server, tenant, { wait: 30, ...wanted });

describe('a request that waits', () => {
  it('is answered by the next change, also of another process, long before its time is over', async () => {
    const acme = await server.tenant('acme');
    const record = await createRecord(server, acme);
    for (const writer of [server, beside]) {
      const waiting = waitFor(acme, { after: await last(acme) });
      const current = await writer.call('GET', `/storedPaymentMethods/acme/${record.id}`, { headers: bearer(acme) });
      const changed = await putRecord(writer, acme, { ...current.body, name: `By ${writer.url}` });
      const answered = performance.now();
      const { status, body } = await waiting;
      assert.deepEqual(
        [status, body.Items[0].subject],
        [
          200,
          {
            kind: 'stored_payment_method',
            id: record.id,
            version: changed.body.sys_version,
          },
        ],
      );
      assert.ok(performance.now() - answered < 5_000);
    }
  });

  it('waits on past events of other types', async () => {
    const typed = await server.tenant('typed');
    const waiting = waitFor(typed, { after: await last(typed), types: 'stored_payment_method.replaced' });
    const record = await createRecord(server, typed);
    await putRecord(server, typed, { ...record, name: 'Another' });
    const { body } = await waiting;
    assert.deepEqual([body.Count, body.Items[0].type, body.last_number], [1, 'stored_payment_method.replaced', 4]);
  });

  it('is answered with nothing when its time is over', async () => {
    const idle = await server.tenant('idle');
    const { body } = await waitFor(idle, { after: await last(idle), wait: 1 });
    assert.deepEqual(body, { Count: 0, Items: [], last_number: 2 });
  });

  it('holds no connection to the database', async () => {
    const held = await server.tenant('held');
    const going = new AbortController();
    const from = await last(held);
    const waiting = Array.from({ length: 15 }, () => waitAt(held, from, going.signal));
    // More than the connections that the server has: a read would not come through otherwise.
    for (let count = 0; count < 5; count++) assert.equal(await last(held), from);
    const open = await query<{ state: string }>(
      server,
      `SELECT state FROM pg_stat_activity WHERE application_name = 'onfile' AND datname = current_database()
         AND state LIKE 'idle in transaction%' AND state_change < now() - interval '1 second'`,
    );
    assert.deepEqual(open, []);
    going.abort();
    await Promise.allSettled(waiting);
  });

  it('gives its place to others when its client goes away, and there are only so many places', async () => {
    const full = await server.tenant('full');
    const from = await last(full);
    const going = new AbortController();
    const waiting = Array.from({ length: mostWaiting + 1 }, () => waitAt(full, from, going.signal));
    const refused = await Promise.race(waiting);
    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '5']);
    assert.equal((await callEvents(server, full, { after: from })).status, 200);
    going.abort();
    await Promise.allSettled(waiting);
    await until(async () => (await callEvents(server, full, { after: from, wait: 1 })).status === 200);
  });
});

const waitAt = (tenant: TestTenant, from: number, signal: AbortSignal): Promise<Response> =>
  fetch(`${server.url}/events/${tenant.tenantId}?after=${from}&wait=30`, { headers: bearer(tenant), signal });

describe('a feed that was stopped', () => {
  it('ends all waiting at once, and begins none', async () => {
    const stopped = await server.tenant('stopped');
    const feed = createEventFeed(server.services);
    const patience = { ms: 30_000, signal: new AbortController().signal };
    const waiting = feed.next(stopped.tenantId, 2, patience);
    feed.stop();
    assert.equal(await waiting, false);
    assert.equal(await feed.next(stopped.tenantId, 0, patience), false);
  });
});

it('a server that is told to stop answers who waits, and stops', async (t) => {
  const installation = await newInstallation(t);
  const serving = await installation.serve();
  const payee = await demoPayee(installation.dataDir, serving);
  const { body } = await callEvents(serving, payee);
  const waiting = callEvents(serving, payee, { after: body.last_number, wait: 30 });
  await until(async () => (await callEvents(serving, payee)).status === 200);
  const told = performance.now();
  serving.pressCtrlC();
  const answer = await waiting;
  assert.deepEqual([answer.status, answer.body.Items], [200, []]);
  assert.deepEqual(await serving.ended, { code: 0, signal: null });
  assert.ok(performance.now() - told < 20_000);
});
