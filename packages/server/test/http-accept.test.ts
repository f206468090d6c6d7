import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { bearer, createRecord, keyHeader } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme', { locale: 'de', country: 'DE', currency: 'EUR' });
});

after(() => server.stop());

const readCustomer = (accept: string, headers: Record<string, string> = {}) =>
  server.call('GET', `/v1/customers/${acme.customerId}`, { headers: { ...keyHeader(acme), accept, ...headers } });

describe('whoever accepts no JSON', () => {
  it('is told what there is, in their language, and as JSON all the same', async () => {
    const answer = await readCustomer('application/xml', { 'accept-language': '*' });
    assertRefused(answer, 406, 'not.acceptable');
    assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8');
    assert.equal(answer.headers.get('content-language'), 'de');
    assert.deepEqual(answer.body.args, ['application/json']);
    assert.match(answer.body.errorMessage, /Möglich sind: application\/json/);
    const italian = await readCustomer('text/*;q=0.3', { 'accept-language': 'it' });
    assert.match(italian.body.errorMessage, /Formati possibili: application\/json/);
  });

  it('learns first whether they may ask at all', async () => {
    const accept = 'text/html';
    assertRefused(await server.call('GET', '/v1/customers', { headers: { accept } }), 401, 'authentication.required');
    assertRefused(await server.call('GET', '/nowhere', { headers: { accept } }), 404, 'route.not.found');
    assertRefused(await server.call('GET', '/oauth/token', { headers: { accept } }), 405, 'method.not.allowed');
  });

  it('has changed nothing, and may send the same request again as one that can be answered', async () => {
    const body = { firstName: 'Grace', lastName: 'Hopper' };
    const headers = { ...keyHeader(acme), 'idempotency-key': 'create-grace' };
    const count = async () =>
      (await server.call('GET', '/v1/customers', { headers: keyHeader(acme) })).body.result.length;
    const earlier = await count();
    const create = (accept: string) =>
      server.call('POST', '/v1/customers/create', { headers: { ...headers, accept }, body });
    assertRefused(await create('text/plain'), 406, 'not.acceptable');
    assert.equal(await count(), earlier);
    const created = await create('application/json');
    assert.deepEqual([created.status, created.headers.get('idempotency-replayed')], [200, null]);
    assert.equal(await count(), earlier + 1);
  });

  it('is told so by the token endpoint too, before a token is made', async () => {
    const body = { grant_type: 'client_credentials', client_id: acme.clientId, client_secret: acme.clientSecret };
    const headers = { accept: 'application/jwt' };
    assertRefused(await server.call('POST', '/oauth/token', { headers, body }), 406, 'not.acceptable');
  });
});

it('clients that ask as programs usually do get JSON', async () => {
  for (const accept of ['application/json, text/plain, */*', 'application/json; charset=utf-8', '*/*', 'json', '']) {
    assert.equal((await readCustomer(accept)).status, 200, accept);
  }
});

it('failures are JSON whatever was asked for', async () => {
  const answer = await server.call('GET', '/v1/customers/1', { headers: { accept: 'text/html' } });
  assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8');
  assert.equal(answer.headers.get('vary'), 'accept-language');
});

it('pages, scripts and health are what they are', async () => {
  for (const path of ['/docs', '/health/live', '/openapi.json']) {
    const headers = { accept: 'image/png' };
    assert.equal((await server.call('GET', path, { headers })).status, 200, path);
  }
});

describe('records as a file', () => {
  const exported = (accept: string, query = '') =>
    server.call('GET', `/storedPaymentMethods/acme/export${query}`, { headers: { ...bearer(acme), accept } });
  const typeOf = async (accept: string, query?: string) =>
    (await exported(accept, query)).headers.get('content-type')?.split(';')[0];

  before(() => createRecord(server, acme));

  it('are in the format that Accept prefers, where the query names none', async () => {
    assert.equal(await typeOf('*/*'), 'text/csv');
    assert.equal(await typeOf('text/html,application/xhtml+xml,*/*;q=0.8'), 'text/csv');
    assert.equal(await typeOf('application/x-ndjson'), 'application/x-ndjson');
    assert.equal(await typeOf('text/csv;q=0.2, application/x-ndjson'), 'application/x-ndjson');
  });

  it('are in the format that the query names, as it is the more exact', async () => {
    assert.equal(await typeOf('*/*', '?format=ndjson'), 'application/x-ndjson');
    assert.equal(await typeOf('application/x-ndjson', '?format=csv'), 'text/csv');
  });

  it('are not JSON, and say what they can be', async () => {
    const refused = await exported('application/json');
    assertRefused(refused, 406, 'not.acceptable');
    assert.deepEqual(refused.body.args, ['text/csv, application/x-ndjson']);
  });
});
