import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused, assertSameRefusal } from './harness/assert-refused.ts';
import { customerWithRecord, eraseContact, readErasure } from './harness/erasures.ts';
import { sweep } from './harness/files.ts';
import { type WatchedGateway, watchGateway, workOnce } from './harness/gateway-tokens.ts';
import { limitedToContact } from './harness/limited-client.ts';
import { query, tablesOf } from './harness/look-inside.ts';
import { bearer, getRecord, keyHeader, recordBody, startSession } from './harness/main-job.ts';
import { everyOpenedValue } from './harness/opened-rows.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { until } from './harness/until.ts';

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
});

after(() => server.stop());

const read = (path: string): Promise<Answer> => server.call('GET', path, { headers: bearer(acme) });

describe('erasing a contact', () => {
  it('twice, or twice at once, is answered alike and done once', async () => {
    const { tenant } = await customerWithRecord(server, acme);
    const [one, same] = await Promise.all([eraseContact(server, tenant), eraseContact(server, tenant)]);
    assert.deepEqual([one.status, same.status], [202, 202]);
    const again = await eraseContact(server, tenant);
    assert.equal(again.body.erased_at, one.body.erased_at);
    const rows = await query(server, `SELECT 1 FROM events WHERE type = 'contact.erased' AND subject_id = $1`, [
      String(tenant.customerId),
    ]);
    assert.equal(rows.length, 1);
  });

  it('is repeated under the same Idempotency-Key, also once the answer is forgotten', async () => {
    const { tenant } = await customerWithRecord(server, acme);
    const headers = { 'idempotency-key': 'erase-once' };
    const first = await eraseContact(server, tenant, acme, headers);
    assert.deepEqual((await eraseContact(server, tenant, acme, headers)).body, first.body);
    await sweep(server, acme);
    assert.deepEqual((await eraseContact(server, tenant, acme, headers)).body, first.body);
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
    assert.equal((await eraseContact(server, tenant)).status, 202);
    await sweep(server, acme);
    assertRefused(await create(), 404, 'contact.not.found');
    const [gone, kept] = (await addition()).body.results;
    assert.equal(gone.status, 404);
    assert.deepEqual(kept, others);
    assert.deepEqual(tablesOf(await everyOpenedValue(server), 'Retrymark'), []);
  });

  it('is refused while a record is locked, and changes nothing', async () => {
    const { tenant, record } = await customerWithRecord(server, acme, { sys_locked: true });
    assertRefused(await eraseContact(server, tenant), 409, 'record.locked');
    assert.equal((await getRecord(server, acme, record['id'])).status, 200);
    assertRefused(await readErasure(server, tenant), 404, 'contact.not.found');
  });

  it('of another tenant’s contact is 404, as of one that does not exist', async () => {
    const { tenant } = await customerWithRecord(server, acme);
    const foreign = await eraseContact(server, tenant, other);
    assertRefused(foreign, 404, 'contact.not.found');
    assertSameRefusal(foreign, await eraseContact(server, { ...tenant, contactId: 'nobody' }, other));
    assert.equal((await read(`/contacts/acme/${tenant.contactId}`)).status, 200);
  });

  it('is refused to a client that is limited to the contact', async () => {
    const { tenant } = await customerWithRecord(server, acme);
    assertRefused(await eraseContact(server, tenant, await limitedToContact(server, tenant)), 403, 'permission.denied');
    assert.equal((await read(`/contacts/acme/${tenant.contactId}`)).status, 200);
  });

  it('frees the contact’s id: whoever comes under it is somebody new', async () => {
    const { tenant } = await customerWithRecord(server, acme);
    const { body: person } = await server.call('GET', `/v1/customers/${tenant.customerId}`, {
      headers: keyHeader(acme),
    });
    assert.equal((await eraseContact(server, tenant)).status, 202);
    const session = await startSession(server, tenant, { customerId: undefined, finionPayCustomerId: person.uuid });
    assert.match(session, /^ups_/);
  });

  it('ends the clients that were limited to the contact, since another one may get its id', async () => {
    const { tenant } = await customerWithRecord(server, acme);
    const limited = await limitedToContact(server, tenant);
    assert.equal((await eraseContact(server, tenant)).status, 202);
    const path = `/contacts/acme/${tenant.contactId}`;
    const status = async () => (await server.call('GET', path, { headers: bearer(limited) })).status;
    await until(async () => (await status()) === 401);
  });

  it('gives tokens up after a day that a gateway does not delete, and says how many', async () => {
    const { tenant } = await customerWithRecord(server, acme);
    gateway.failing.add(acme.merchantAccountId);
    assert.equal((await eraseContact(server, tenant)).status, 202);
    await workOnce(server, acme);
    await sweep(server, acme);
    assert.equal((await readErasure(server, tenant)).body.state, 'erased');
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
