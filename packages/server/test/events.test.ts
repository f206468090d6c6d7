import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { scopes } from '../src/contract/scopes.ts';
import { createClient } from '../src/ops/clients/create.ts';
import { tenantContext } from '../src/ops/tenants/context.ts';
import { assertRefused } from './harness/assert-refused.ts';
import { callEvents, catchUp, numbersOf, upTo } from './harness/events.ts';
import { query } from './harness/look-inside.ts';
import { createRecord, enterCard, getRecord, putRecord, replaceInstrument } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;

before(async () => {
  server = await startTestServer();
});

after(() => server.stop());

const typesOf = (events: readonly { type: string }[]): string[] => events.map(({ type }) => type);

describe('the events of a tenant', () => {
  it('tell what happened to what, in which version, numbered from one', async () => {
    const acme = await server.tenant('acme');
    const record = await createRecord(server, acme);
    const { body: renamed } = await putRecord(server, acme, { ...record, name: 'Another' });
    await replaceInstrument(server, acme, await enterCard(server, acme));
    const events = await catchUp(server, acme);
    assert.deepEqual(numbersOf(events), upTo(events.length));
    assert.deepEqual(typesOf(events), [
      'merchant_account.created',
      'customer.created',
      'stored_payment_method.created',
      'stored_payment_method.replaced',
      'payment_request.concluded',
      'account_payment_instrument.replaced',
    ]);
    assert.deepEqual(events[3], {
      number: 4,
      id: events[3]?.id,
      type: 'stored_payment_method.replaced',
      version: 1,
      at: renamed.sys_last_modified_at,
      subject: { kind: 'stored_payment_method', id: record.id, version: 2 },
      data: { customer_id: acme.customerId, type: 'credit card', changed_fields: ['name'] },
    });
  });

  it('are read page by page, each once, from any number on', async () => {
    const pages = await server.tenant('pages');
    for (let count = 0; count < 5; count++) await createRecord(server, pages);
    const all = await catchUp(server, pages);
    assert.deepEqual(await catchUp(server, pages, { limit: 2 }), all);
    assert.deepEqual(await catchUp(server, pages, { after: 4 }), all.slice(4));
    const { body: end } = await callEvents(server, pages, { after: all.length });
    assert.deepEqual(end, { Count: 0, Items: [], last_number: all.length });
  });

  it('are read by type, and the place to go on from is past those that were left out', async () => {
    const typed = await server.tenant('typed');
    const record = await createRecord(server, typed);
    await putRecord(server, typed, { ...record, name: 'Another' });
    const types = 'stored_payment_method.created, customer.created';
    const { body } = await callEvents(server, typed, { types });
    assert.deepEqual(typesOf(body.Items), ['customer.created', 'stored_payment_method.created']);
    assert.equal(body.last_number, 4);
    const first = await callEvents(server, typed, { types, limit: 1 });
    assert.deepEqual([first.body.last_number, first.body.LastEvaluatedKey], [2, '2']);
    assertRefused(
      await callEvents(server, typed, { types: 'customer.vanished' }),
      400,
      'validation.allowed.values',
      'types',
    );
  });

  it('are not those of another tenant', async () => {
    const [one, other] = [await server.tenant('one'), await server.tenant('two')];
    await createRecord(server, other);
    const events = await catchUp(server, one);
    assert.deepEqual(typesOf(events), ['merchant_account.created', 'customer.created']);
    assert.ok(!JSON.stringify(events).includes(other.contactId));
    assert.equal((await callEvents(server, { ...one, tenantId: 'two' })).status, 401);
  });

  it('are refused a client that has events from after a restored backup, rather than let it miss some', async () => {
    const restored = await server.tenant('restored');
    assertRefused(await callEvents(server, restored, { after: 3, wait: 30 }), 400, 'validation.range', 'after');
  });

  it('are for callers with EVENT_READ that are not limited to a contact', async () => {
    const others = await server.tenant('others', { scopes: scopes.filter((scope) => scope !== 'EVENT_READ') });
    assertRefused(await callEvents(server, others), 403, 'permission.denied');
    const limited = await limitedTo(await server.tenant('limited'));
    assertRefused(await callEvents(server, limited), 403, 'permission.denied');
  });
});

async function limitedTo(tenant: TestTenant): Promise<TestTenant> {
  const setup = { kind: 'command-line', id: 'test', scopes: new Set(scopes) } as const;
  const ctx = await tenantContext(server.services, tenant.tenantId, setup);
  const client = await createClient(ctx, { name: 'limited', scopes, contactId: tenant.contactId });
  const { body } = await server.call('POST', '/oauth/token', {
    body: {
      grant_type: 'client_credentials',
      client_id: client.clientId,
      client_secret: client.clientSecret.reveal(),
    },
  });
  return { ...tenant, accessToken: body.access_token };
}

describe('there is no event', () => {
  let quiet: TestTenant;
  let record: Record<string, any>;
  let known: number;

  before(async () => {
    quiet = await server.tenant('quiet');
    record = await createRecord(server, quiet);
    known = (await catchUp(server, quiet)).length;
  });

  const assertNone = async () => assert.deepEqual(await catchUp(server, quiet, { after: known }), []);

  it('of a dry run', async () => {
    const answer = await putRecord(server, quiet, { ...record, name: 'Dry', sys_directive: 'dry-run' });
    assert.equal(answer.status, 200);
    await assertNone();
  });

  it('of a change that was refused', async () => {
    assert.equal((await putRecord(server, quiet, { ...record, last_four_digits: '12345' })).status, 400);
    const headers = { 'if-match': '"9"' };
    assert.equal((await putRecord(server, quiet, { ...record, name: 'No' }, { headers })).status, 412);
    assert.equal((await replaceInstrument(server, quiet, 'prt_unknown')).status, 404);
    await assertNone();
  });

  it('of a change with the directive skip-events, and the next one follows without a gap', async () => {
    const { body: silent } = await putRecord(server, quiet, { ...record, name: 'Hush', sys_directive: 'skip-events' });
    assert.equal(silent.sys_version, 2);
    await assertNone();
    await putRecord(server, quiet, { ...silent, name: 'Loud' });
    const [next] = await catchUp(server, quiet, { after: known });
    assert.deepEqual([next?.number, next?.subject.version], [known + 1, 3]);
    assert.equal((await getRecord(server, quiet, silent.id)).body.name, 'Loud');
  });
});

it('events that were written before there were numbers get theirs in their order', async () => {
  const old = await server.tenant('old');
  for (let count = 0; count < 3; count++) await createRecord(server, old);
  await query(server, `UPDATE events SET written_in = '0' WHERE tenant_id = 'old'`);
  const events = await catchUp(server, old);
  assert.deepEqual(numbersOf(events), upTo(5));
  assert.deepEqual(
    events.map(({ at }) => at),
    events.map(({ at }) => at).toSorted(),
  );
});
