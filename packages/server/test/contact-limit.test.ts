import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { decodeJwt } from 'jose';
import { scopes } from '../src/contract/scopes.ts';
import { createClient } from '../src/ops/clients/create.ts';
import { tenantContext } from '../src/ops/tenants/context.ts';
import { assertRefused, assertSameRefusal } from './harness/assert-refused.ts';
import { bearer, createRecord, keyHeader, recordBody } from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
/** As a client that sees everything of the tenant’s; its contact is the one that the limited client is limited to. */
let acme: TestTenant;
let limited: TestTenant;
let neighbour: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
  const { body } = await server.call('POST', '/v1/customers/create', {
    headers: keyHeader(acme),
    body: { firstName: 'Grace', lastName: 'Hopper' },
  });
  neighbour = { ...acme, customerId: body.id, contactId: body.contactId };
  limited = { ...acme, accessToken: await limitedToken(acme.contactId) };
});

after(() => server.stop());

async function limitedToken(contactId: string): Promise<string> {
  const ctx = await tenantContext(server.services, 'acme', {
    kind: 'command-line',
    id: 'test',
    scopes: new Set(scopes),
  });
  const { clientId, clientSecret } = await createClient(ctx, { name: 'limited', scopes, contactId });
  const { body } = await server.call('POST', '/oauth/token', {
    body: { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret.reveal() },
  });
  return body.access_token;
}

const call = (method: string, path: string, body?: object): Promise<Answer> =>
  server.call(method, path, { headers: bearer(limited), ...(body ? { body } : {}) });

describe('a client of one contact', () => {
  it('gets tokens that name the contact', () => {
    assert.equal(decodeJwt(limited.accessToken)['contact_id'], acme.contactId);
    assert.ok(!('contact_id' in decodeJwt(acme.accessToken)));
  });

  it('reads, lists, creates and replaces that contact’s records', async () => {
    const created = await call('POST', '/storedPaymentMethods/acme', recordBody(acme));
    assert.equal(created.status, 201, JSON.stringify(created.body));
    const { id } = created.body;
    assert.equal((await call('GET', `/storedPaymentMethods/acme/${id}`)).status, 200);
    const replaced = await call('PUT', `/storedPaymentMethods/acme/${id}`, { ...created.body, name: 'New' });
    assert.equal(replaced.body.name, 'New');
    const { body } = await call('GET', `/storedPaymentMethods/acme/contact/${acme.contactId}`);
    assert.ok(body.Items.some((item: { id: string }) => item.id === id));
  });

  it('is answered for another contact’s records as for those that do not exist', async () => {
    const { id } = await createRecord(server, neighbour);
    const path = `/storedPaymentMethods/acme/${id}`;
    const absent = '/storedPaymentMethods/acme/spm_absent';
    assertRefused(await call('GET', path), 404, 'record.not.found');
    assertSameRefusal(await call('GET', path), await call('GET', absent));
    const { body: record } = await server.call('GET', path, { headers: bearer(acme) });
    assertSameRefusal(await call('PUT', path, record), await call('PUT', absent, { ...record, id: 'spm_absent' }));
    const list = (contactId: string) => call('GET', `/storedPaymentMethods/acme/contact/${contactId}`);
    assert.deepEqual((await list(neighbour.contactId)).body, { Count: 0, Items: [] });
    assert.deepEqual((await list('nobody')).body, { Count: 0, Items: [] });
    assert.deepEqual((await server.call('GET', path, { headers: bearer(acme) })).body, record);
  });

  it('cannot move a record to another contact, nor create one there', async () => {
    const { id } = await createRecord(server, acme);
    const { body: record } = await call('GET', `/storedPaymentMethods/acme/${id}`);
    const put = (contactId: string) =>
      call('PUT', `/storedPaymentMethods/acme/${id}`, { ...record, contact_id: contactId });
    assertRefused(await put(neighbour.contactId), 409, 'record.reference.missing', 'contact_id');
    assertSameRefusal(await put(neighbour.contactId), await put('nobody'));
    const post = (contactId: string) => call('POST', '/storedPaymentMethods/acme', recordBody({ ...acme, contactId }));
    assertSameRefusal(await post(neighbour.contactId), await post('nobody'));
    assert.equal((await call('GET', `/storedPaymentMethods/acme/${id}`)).body.sys_version, record.sys_version);
  });

  it('lists, patches, deletes and does in a batch what is that contact’s alone', async () => {
    const [own, theirs] = [await createRecord(server, acme), await createRecord(server, neighbour)];
    const patch = [{ op: 'replace', path: '/name', value: 'Other' }];
    const { body } = await call('GET', '/storedPaymentMethods/acme?limit=500');
    assert.ok(body.Items.some((item: { id: string }) => item.id === own.id));
    assert.ok(body.Items.every((item: { contact_id: string }) => item.contact_id === acme.contactId));
    const none = { Count: 0, Items: [] };
    assert.deepEqual((await call('GET', `/storedPaymentMethods/acme?contact_id=${neighbour.contactId}`)).body, none);
    const path = `/storedPaymentMethods/acme/${theirs.id}`;
    assertRefused(await call('PATCH', path, patch), 404, 'record.not.found');
    assertRefused(await call('DELETE', path), 404, 'record.not.found');
    const operations = [own.id, theirs.id].map((id) => ({ method: 'PATCH', id, body: patch }));
    const batch = await call('POST', '/storedPaymentMethods/acme/batch', { operations });
    assert.deepEqual(
      batch.body.results.map(({ status }: { status: number }) => status),
      [200, 404],
    );
    assert.deepEqual((await server.call('GET', path, { headers: bearer(acme) })).body, theirs);
  });

  it('sees that contact alone', async () => {
    const { body } = await call('GET', '/contacts/acme');
    assert.deepEqual(
      body.Items.map((item: { id: string }) => item.id),
      [acme.contactId],
    );
    assert.equal((await call('GET', `/contacts/acme?exclusiveStartKey=${acme.contactId}`)).body.Count, 0);
    assert.equal((await call('GET', `/contacts/acme/${acme.contactId}`)).status, 200);
    for (const [method, content] of [
      ['GET', undefined],
      ['PUT', { first_name: 'Eve', last_name: 'Other' }],
      ['DELETE', undefined],
    ] as const) {
      const answer = await call(method, `/contacts/acme/${neighbour.contactId}`, content);
      assertRefused(answer, 404, 'contact.not.found');
      assertSameRefusal(answer, await call(method, '/contacts/acme/nobody', content));
    }
  });

  it('changes nothing that is the tenant’s as a whole', async () => {
    const person = { first_name: 'Eve', last_name: 'Other' };
    assertRefused(await call('POST', '/contacts/acme', person), 403, 'permission.denied');
    assertRefused(await call('POST', '/merchantAccounts/acme', { name: 'Shop' }), 403, 'permission.denied');
    const path = `/merchantAccounts/acme/${acme.merchantAccountId}`;
    assertRefused(await call('PUT', path, { name: 'Shop' }), 403, 'permission.denied');
    assertRefused(await call('DELETE', path), 403, 'permission.denied');
    assert.equal((await call('GET', path)).status, 200);
  });
});
