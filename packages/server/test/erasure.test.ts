import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { auditorOf, sealAll, verify } from './harness/audit.ts';
import { defineField } from './harness/custom-fields.ts';
import { eraseContact, readErasure } from './harness/erasures.ts';
import { catchUp } from './harness/events.ts';
import { sweep } from './harness/files.ts';
import { type WatchedGateway, watchGateway, workOnce } from './harness/gateway-tokens.ts';
import { everyRow, query, tablesOf } from './harness/look-inside.ts';
import { bearer, getRecord, keyHeader } from './harness/main-job.ts';
import { everyOpenedValue } from './harness/opened-rows.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { type WholeCustomer, wholeCustomer } from './harness/whole-customer.ts';

let server: TestServer;
let acme: TestTenant;
let gateway: WatchedGateway;

before(async () => {
  server = await startTestServer();
  gateway = watchGateway(server);
  acme = await server.tenant('acme');
  await defineField(server, acme, { id: 'badge__c', type: 'string', is_filterable: true });
  await defineField(server, acme, { id: 'contract__c', type: 'file' });
});

after(() => server.stop());

const read = (path: string): Promise<Answer> => server.call('GET', path, { headers: bearer(acme) });

/** What is still to be found of a customer, in clear or by any key that is left, as `name: table`. */
async function traces({ told }: WholeCustomer): Promise<string[]> {
  const rows = [...(await everyRow(server)), ...(await everyOpenedValue(server))];
  return [...told].flatMap(([name, text]) => tablesOf(rows, text).map((table) => `${name}: ${table}`));
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
    erased = await eraseContact(server, ada.tenant);
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
    const { status, body } = await readErasure(server, ada.tenant);
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
    assert.equal((await eraseContact(server, grace.tenant)).status, 202);
    const file = () =>
      query(server, 'SELECT state, sealed IS NULL AS shredded FROM files WHERE file_id = $1', [grace.fileId]);
    assert.deepEqual(await file(), [{ state: 'removing', shredded: true }]);
    await assert.rejects(sweep(server, acme));
    await workOnce(server, acme);
    await sweep(server, acme);
    assert.equal((await readErasure(server, grace.tenant)).body.state, 'erased');
    fileStorage.remove = async (place) => {
      removed.push(place.fileId);
      await remove(place);
    };
    server.clock.advance(6 * 60_000);
    await sweep(server, acme);
    await sweep(server, acme);
    assert.ok(removed.includes(grace.fileId));
    assert.equal((await readErasure(server, grace.tenant)).body.state, 'finished');
  });
});
