import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { replaceAccountPaymentInstrument } from '../src/ops/accounts/replace-payment-instrument.ts';
import { createUserPaymentSession } from '../src/ops/payment-sessions/create.ts';
import { tenantContext } from '../src/ops/tenants/context.ts';
import { assertRefused, assertSameRefusal } from './harness/assert-refused.ts';
import { auditorOf, sealAll, verify } from './harness/audit.ts';
import { defineField } from './harness/custom-fields.ts';
import { catchUp } from './harness/events.ts';
import { sweep } from './harness/files.ts';
import { type WatchedGateway, watchGateway, workOnce } from './harness/gateway-tokens.ts';
import { operator } from './harness/keys.ts';
import { limitedToContact } from './harness/limited-client.ts';
import { everyRow, query, tablesOf } from './harness/look-inside.ts';
import { bearer, createRecord, enterCard, getRecord, keyHeader, recordBody, startSession } from './harness/main-job.ts';
import { everyOpenedValue } from './harness/opened-rows.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { until } from './harness/until.ts';
import { type WholeCustomer, wholeCustomer } from './harness/whole-customer.ts';

const day = 24 * 3_600_000;

let server: TestServer;
let acme: TestTenant;
let other: TestTenant;
let gateway: WatchedGateway;

before(async () => {
  server = await startTestServer();
  gateway = watchGateway(server);
  acme = await server.tenant('acme');
  other = await server.tenant('other');
  await defineField(server, acme, { id: 'badge__c', type: 'string', is_filterable: true });
  await defineField(server, acme, { id: 'contract__c', type: 'file' });
});

after(() => server.stop());

const erase = (tenant: TestTenant, caller = acme, headers: Record<string, string> = {}): Promise<Answer> =>
  server.call('POST', `/contacts/${caller.tenantId}/${tenant.contactId}/erasure`, {
    headers: { ...bearer(caller), ...headers },
  });
const readErasure = (tenant: TestTenant, caller = acme): Promise<Answer> =>
  server.call('GET', `/contacts/${caller.tenantId}/${tenant.contactId}/erasure`, { headers: bearer(caller) });
const read = (path: string): Promise<Answer> => server.call('GET', path, { headers: bearer(acme) });

/** What is still to be found of a customer, in clear or by any key that is left, as `name: table`. */
async function traces({ told }: WholeCustomer): Promise<string[]> {
  const rows = [...(await everyRow(server)), ...(await everyOpenedValue(server))];
  return [...told].flatMap(([name, text]) => tablesOf(rows, text).map((table) => `${name}: ${table}`));
}

/** A customer of the tenant's with one record. */
async function customerWithRecord(
  overrides: object = {},
): Promise<{ tenant: TestTenant; record: Record<string, any> }> {
  const { body } = await server.call('POST', '/v1/customers/create', {
    headers: keyHeader(acme),
    body: { firstName: 'Grace', lastName: 'Hopper' },
  });
  const tenant = { ...acme, customerId: body.id, contactId: body.contactId };
  return { tenant, record: await createRecord(server, tenant, overrides) };
}

describe('a customer who was erased', () => {
  let ada: WholeCustomer;
  let neighbour: WholeCustomer;
  let erased: Answer;

  before(async () => {
    ada = await wholeCustomer(server, acme, 'adamark');
    neighbour = await wholeCustomer(server, acme, 'neighbourmark');
    const found = await traces(ada);
    for (const name of ada.told.keys()) {
      assert.ok(
        found.some((trace) => trace.startsWith(`${name}:`)),
        `${name} is nowhere before`,
      );
    }
    erased = await erase(ada.tenant);
    await sweep(server, acme);
    await workOnce(server, acme);
    await sweep(server, acme);
  });

  it('is answered as accepted, and then as finished', async () => {
    assert.equal(erased.status, 202, JSON.stringify(erased.body));
    const { contactId, customerId } = ada.tenant;
    assert.deepEqual(
      [erased.body.contact_id, erased.body.customer_id, erased.body.state, erased.body.stored_payment_methods],
      [contactId, customerId, 'erased', 5],
    );
    const { status, body } = await readErasure(ada.tenant);
    assert.deepEqual([status, body.state, body.gateway_tokens_left], [200, 'finished', 0]);
  });

  it('is found in no table, neither in clear nor by any key that is left', async () => {
    assert.deepEqual(await traces(ada), []);
  });

  it('left no key, number, term, session or task behind', async () => {
    const counts = await query(
      server,
      `SELECT (SELECT count(*)::int FROM stored_payment_methods WHERE customer_id = $1 AND last_four_digits <> '') AS records,
         (SELECT count(*)::int FROM stored_payment_method_versions
          WHERE customer_id = $1 AND (sealed IS NOT NULL OR last_four_digits <> '' OR expires IS NOT NULL)) AS versions,
         (SELECT count(*)::int FROM user_payment_sessions WHERE customer_id = $1) AS sessions,
         (SELECT count(*)::int FROM files f JOIN stored_payment_methods m ON m.id = f.record_id
          WHERE m.customer_id = $1 AND f.sealed IS NOT NULL) AS files,
         (SELECT count(*)::int FROM token_tasks t JOIN stored_payment_methods m ON m.id = t.record_id
          WHERE m.customer_id = $1) AS tasks,
         (SELECT count(*)::int FROM customer_keys k WHERE NOT EXISTS (
            SELECT FROM customers c WHERE c.customer_uuid = k.customer_uuid)) AS keys`,
      [ada.tenant.customerId],
    );
    assert.deepEqual(counts, [{ records: 0, versions: 0, sessions: 0, files: 0, tasks: 0, keys: 0 }]);
  });

  it('is unknown to both dialects, to lists and to exports', async () => {
    const { contactId, customerId } = ada.tenant;
    assertRefused(await read(`/contacts/acme/${contactId}`), 404, 'contact.not.found');
    const { status } = await server.call('GET', `/v1/customers/${customerId}`, { headers: keyHeader(acme) });
    assert.equal(status, 404);
    for (const id of ada.recordIds) {
      assertRefused(await getRecord(server, acme, id), 404, 'record.not.found');
      assertRefused(await read(`/storedPaymentMethods/acme/${id}/history`), 404, 'record.not.found');
    }
    const { body: contacts } = await read('/contacts/acme?limit=500');
    const { body: deleted } = await read('/storedPaymentMethods/acme?deleted=true&limit=500');
    const { body: exported } = await read('/storedPaymentMethods/acme/export?format=ndjson');
    const all = JSON.stringify([contacts, deleted, exported]);
    for (const text of [contactId, 'erased_', ...ada.recordIds]) assert.ok(!all.includes(text), text);
  });

  it('has left an audit that verifies, and an event that says so', async () => {
    await sealAll(server, 'acme');
    const { findings } = await verify(await auditorOf(server, 'acme'));
    assert.deepEqual(findings, []);
    const { customerId, contactId } = ada.tenant;
    const { body } = await server.call('GET', `/audit/acme?subject_id=${customerId}`, { headers: keyHeader(acme) });
    const actions = body.Items.map((entry: { action: string }) => entry.action);
    assert.deepEqual(actions.slice(0, 2), ['contact.created', 'contact.updated']);
    assert.ok(actions.includes('contact.erased') && actions.includes('contact.erasure_finished'));
    const [event] = (await catchUp(server, acme, { types: 'contact.erased' })).filter(
      ({ subject }) => subject.id === String(customerId),
    );
    assert.deepEqual([event?.data['customer_id'], event?.data['contact_id']], [customerId, contactId]);
    for (const id of ada.recordIds) assert.ok(event?.data['stored_payment_method_ids'].includes(id));
  });

  it('took no other customer along', async () => {
    const found = new Set((await traces(neighbour)).map((trace) => trace.split(':')[0]));
    assert.deepEqual(
      [...neighbour.told.keys()].filter((name) => !found.has(name)),
      [],
    );
    assert.equal((await read(`/contacts/acme/${neighbour.tenant.contactId}`)).body.last_name, 'renamed-neighbourmark');
    const [record = ''] = neighbour.recordIds;
    assert.equal((await getRecord(server, acme, record)).body.name_on_account, 'holder-neighbourmark');
  });

  it('had every token deleted at its gateway', () => {
    assert.ok(gateway.retired.includes('token-adamark'));
    assert.ok(!gateway.retired.includes('token-neighbourmark'));
  });
});

describe('the files of a customer who was erased', () => {
  it('are unreadable at once and destroyed when their storage is back; until then it is not finished', async () => {
    const grace = await wholeCustomer(server, acme, 'filemark');
    const { fileStorage } = server.services;
    const remove = fileStorage.remove.bind(fileStorage);
    const removed: string[] = [];
    fileStorage.remove = () => Promise.reject(new Error('away'));
    assert.equal((await erase(grace.tenant)).status, 202);
    const file = () =>
      query(server, 'SELECT state, sealed IS NULL AS shredded FROM files WHERE file_id = $1', [grace.fileId]);
    assert.deepEqual(await file(), [{ state: 'removing', shredded: true }]);
    await assert.rejects(sweep(server, acme));
    await workOnce(server, acme);
    await sweep(server, acme);
    assert.equal((await readErasure(grace.tenant)).body.state, 'erased');
    fileStorage.remove = async (place) => {
      removed.push(place.fileId);
      await remove(place);
    };
    server.clock.advance(6 * 60_000);
    await sweep(server, acme);
    await sweep(server, acme);
    assert.ok(removed.includes(grace.fileId));
    assert.equal((await readErasure(grace.tenant)).body.state, 'finished');
  });
});

describe('erasing a contact', () => {
  it('twice, or twice at once, is answered alike and done once', async () => {
    const { tenant } = await customerWithRecord();
    const [one, same] = await Promise.all([erase(tenant), erase(tenant)]);
    assert.deepEqual([one.status, same.status], [202, 202]);
    const again = await erase(tenant);
    assert.equal(again.body.erased_at, one.body.erased_at);
    const rows = await query(server, `SELECT 1 FROM events WHERE type = 'contact.erased' AND subject_id = $1`, [
      String(tenant.customerId),
    ]);
    assert.equal(rows.length, 1);
  });

  it('is repeated under the same Idempotency-Key, also once the answer is forgotten', async () => {
    const { tenant } = await customerWithRecord();
    const headers = { 'idempotency-key': 'erase-once' };
    const first = await erase(tenant, acme, headers);
    assert.deepEqual((await erase(tenant, acme, headers)).body, first.body);
    await sweep(server, acme);
    assert.deepEqual((await erase(tenant, acme, headers)).body, first.body);
  });

  it('is not undone by a retry of what brought the customer here', async () => {
    const create = () =>
      server.call('POST', '/v1/customers/create', {
        headers: { ...keyHeader(acme), 'idempotency-key': 'came-once' },
        body: { firstName: 'Retrymark', lastName: 'Hopper' },
      });
    const { body } = await create();
    const tenant = { ...acme, customerId: body.id, contactId: body.contactId };
    const addition = () =>
      server.call('POST', '/storedPaymentMethods/acme/batch', {
        headers: { ...bearer(acme), 'idempotency-key': 'two-at-once' },
        body: { operations: [tenant, acme].map((of) => ({ method: 'POST', body: recordBody(of) })) },
      });
    const [, others] = (await addition()).body.results;
    assert.equal((await erase(tenant)).status, 202);
    await sweep(server, acme);
    assertRefused(await create(), 404, 'contact.not.found');
    const [gone, kept] = (await addition()).body.results;
    assert.equal(gone.status, 404);
    assert.deepEqual(kept, others);
    assert.deepEqual(tablesOf(await everyOpenedValue(server), 'Retrymark'), []);
  });

  it('is refused while a record is locked, and changes nothing', async () => {
    const { tenant, record } = await customerWithRecord({ sys_locked: true });
    assertRefused(await erase(tenant), 409, 'record.locked');
    assert.equal((await getRecord(server, acme, record['id'])).status, 200);
    assertRefused(await readErasure(tenant), 404, 'contact.not.found');
  });

  it('of another tenant’s contact is 404, as of one that does not exist', async () => {
    const { tenant } = await customerWithRecord();
    const foreign = await erase(tenant, other);
    assertRefused(foreign, 404, 'contact.not.found');
    assertSameRefusal(foreign, await erase({ ...tenant, contactId: 'nobody' }, other));
    assert.equal((await read(`/contacts/acme/${tenant.contactId}`)).status, 200);
  });

  it('is refused to a client that is limited to the contact', async () => {
    const { tenant } = await customerWithRecord();
    assertRefused(await erase(tenant, await limitedToContact(server, tenant)), 403, 'permission.denied');
    assert.equal((await read(`/contacts/acme/${tenant.contactId}`)).status, 200);
  });

  it('ends an update that is under way: it is 404 or 409, and leaves nothing behind', async () => {
    const { tenant, record } = await customerWithRecord();
    const change = (n: number) =>
      server.call('PUT', `/storedPaymentMethods/acme/${record['id']}`, {
        headers: bearer(acme),
        body: {
          ...record,
          sys_last_modified_at: '9999-01-01T00:00:00Z',
          sys_version: undefined,
          name: `Racemark ${n}`,
        },
      });
    const create = (n: number) =>
      server.call('POST', '/storedPaymentMethods/acme', {
        headers: bearer(acme),
        body: recordBody(tenant, { name_on_account: `Racing Racemark ${n}` }),
      });
    const answers = await Promise.all([
      ...Array.from({ length: 12 }, (_, n) => (n % 2 === 0 ? change(n) : create(n))),
      erase(tenant),
      ...Array.from({ length: 12 }, (_, n) => (n % 2 === 0 ? change(n + 12) : create(n + 12))),
    ]);
    for (const { status, body } of answers) {
      assert.ok([200, 201, 202, 404, 409].includes(status), JSON.stringify([status, body]));
    }
    const { body } = await readErasure(tenant);
    assert.equal(body.customer_id, tenant.customerId);
    const [left] = await query<{ records: number; versions: number }>(
      server,
      `SELECT (SELECT count(*)::int FROM stored_payment_methods WHERE customer_id = $1 AND sealed IS NOT NULL) AS records,
         (SELECT count(*)::int FROM stored_payment_method_versions WHERE customer_id = $1 AND sealed IS NOT NULL) AS versions`,
      [tenant.customerId],
    );
    assert.deepEqual(left, { records: 0, versions: 0 });
    const rows = [...(await everyRow(server)), ...(await everyOpenedValue(server))];
    await sweep(server, acme);
    assert.deepEqual(
      tablesOf(
        rows.filter(({ table }) => !table.startsWith('idempotency')),
        'Racemark',
      ),
      [],
    );
  });

  it('in the middle of what reads a payment request is answered as a customer who is not there', async () => {
    const { tenant } = await customerWithRecord();
    const paymentRequestToken = await enterCard(server, tenant);
    const { services } = server;
    const reading = { ...(await tenantContext(services, 'acme', operator)) };
    reading.readPaymentRequest = async (tenantId, hash) => {
      const found = await services.readPaymentRequest(tenantId, hash);
      assert.equal((await erase(tenant)).status, 202);
      return found;
    };
    await assert.rejects(
      replaceAccountPaymentInstrument(reading, { customerId: tenant.customerId, paymentRequestToken }),
      { code: 'errormessage.customer.not.found' },
    );
  });

  it('leaves no session that is begun at the same moment', async () => {
    const { tenant } = await customerWithRecord();
    const ctx = await tenantContext(server.services, 'acme', operator);
    const db: typeof ctx.db = {
      ...ctx.db,
      async transaction(tenantId, work) {
        assert.equal((await erase(tenant)).status, 202);
        return ctx.db.transaction(tenantId, work);
      },
    };
    const body = { customerId: tenant.customerId, amount: 0, scope: 'MEMBER_ACCOUNT', referenceText: 'Club' } as const;
    await assert.rejects(createUserPaymentSession({ ...ctx, db }, { body }), {
      code: 'errormessage.customer.not.found',
    });
    const sessions = 'SELECT FROM user_payment_sessions WHERE customer_id = $1';
    assert.deepEqual(await query(server, sessions, [tenant.customerId]), []);
  });

  it('leaves the keys in the memory of no process for longer than half a second', async () => {
    const beside = await startTestServer({}, server);
    const { tenant, record } = await customerWithRecord();
    const [key] = await query<{ key_id: string }>(server, 'SELECT key_id FROM customers WHERE customer_id = $1', [
      tenant.customerId,
    ]);
    assert.equal((await getRecord(beside, acme, record['id'])).status, 200);
    const [here, there] = [await server.services.keysOf('acme'), await beside.services.keysOf('acme')];
    assert.equal((await erase(tenant)).status, 202);
    assert.equal(here.customerKeyAtHand(key?.key_id ?? ''), undefined);
    await until(async () => there.customerKeyAtHand(key?.key_id ?? '') === undefined);
    assertRefused(await getRecord(beside, acme, record['id']), 404, 'record.not.found');
    await beside.stop();
  });

  it('frees the contact’s id: whoever comes under it is somebody new', async () => {
    const { tenant } = await customerWithRecord();
    const { body: person } = await server.call('GET', `/v1/customers/${tenant.customerId}`, {
      headers: keyHeader(acme),
    });
    assert.equal((await erase(tenant)).status, 202);
    const session = await startSession(server, tenant, { customerId: undefined, finionPayCustomerId: person.uuid });
    assert.match(session, /^ups_/);
  });

  it('ends the clients that were limited to the contact, since another one may get its id', async () => {
    const { tenant } = await customerWithRecord();
    const limited = await limitedToContact(server, tenant);
    assert.equal((await erase(tenant)).status, 202);
    const path = `/contacts/acme/${tenant.contactId}`;
    const status = async () => (await server.call('GET', path, { headers: bearer(limited) })).status;
    await until(async () => (await status()) === 401);
  });

  it('gives tokens up after a day that a gateway does not delete, and says how many', async () => {
    const { tenant } = await customerWithRecord();
    gateway.failing.add(acme.merchantAccountId);
    assert.equal((await erase(tenant)).status, 202);
    await workOnce(server, acme);
    await sweep(server, acme);
    assert.equal((await readErasure(tenant)).body.state, 'erased');
    server.clock.advance(day);
    await sweep(server, acme);
    gateway.failing.clear();
    const { tenantId, customerId } = tenant;
    const rows = await query(
      server,
      'SELECT tokens_under, gateway_tokens_left FROM erasures WHERE tenant_id = $1 AND customer_id = $2 AND finished_at IS NOT NULL',
      [tenantId, customerId],
    );
    assert.deepEqual(rows, [{ tokens_under: null, gateway_tokens_left: 1 }]);
  });
});
