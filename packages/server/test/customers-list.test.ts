import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { keyHeader } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;
let other: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
  other = await server.tenant('other');
});

after(() => server.stop());

const list = (query: string, tenant = acme) =>
  server.call('GET', `/v1/customers${query}`, { headers: keyHeader(tenant) });

describe('listing customers', () => {
  it('walks through all of them in slices, those created meanwhile included, none twice', async () => {
    const create = (n: number) =>
      server.call('POST', '/v1/customers/create', {
        headers: keyHeader(acme),
        body: { firstName: 'Ada', lastName: `Number ${n}` },
      });
    for (let n = 0; n < 60; n++) await create(n);
    const seen: number[] = [];
    let offset = '';
    for (let hasNext = true; hasNext; ) {
      const { status, body } = await list(`?sliceSize=50${offset && `&offset=${offset}`}`);
      assert.equal(status, 200);
      if (seen.length === 0) await create(60);
      for (const customer of body.result) seen.push(customer.id);
      ({ hasNext, offset = '' } = body);
    }
    assert.equal(seen.length, 62);
    assert.equal(new Set(seen).size, 62);
  });

  it('shows a tenant its own customers only', async () => {
    const { body } = await list('', other);
    assert.deepEqual(
      body.result.map((customer: { id: number }) => customer.id),
      [other.customerId],
    );
    assert.equal(body.hasNext, false);
    assert.ok(!('offset' in body));
  });

  for (const [query, reference] of [
    ['?sliceSize=49', 'sliceSize'],
    ['?sliceSize=501', 'sliceSize'],
    ['?sliceSize=ten', 'sliceSize'],
    ['?offset=abc', 'offset'],
    ['?offset=0', 'offset'],
    ['?page=2', 'page'],
  ] as const) {
    it(`refuses ${query} and names ${reference}`, async () => {
      const { status, body } = await list(query);
      assert.equal(status, 400);
      assert.equal(body.reference, reference);
    });
  }
});

describe('HEAD under /v1', () => {
  const head = (path: string, headers: Record<string, string> = {}) => server.call('HEAD', path, { headers });

  it('answers 200 for a good key on any path, known or not', async () => {
    for (const path of ['/v1/customers', '/v1/customers/create', '/v1/nowhere/at/all', '/v1']) {
      assert.equal((await head(path, keyHeader(acme))).status, 200, path);
    }
  });

  it('answers 401 without a good key, and says nothing elsewhere', async () => {
    assert.equal((await head('/v1/customers')).status, 401);
    assert.equal((await head('/v1/customers', { 'x-api-key': `${acme.apiKey}x` })).status, 401);
    assert.equal((await head('/v10/customers', keyHeader(acme))).status, 404);
  });
});

describe('the scope for listing', () => {
  it('is CUSTOMER_READ', async () => {
    const payer = await server.tenant('payer', { scopes: ['PAYMENT_WRITE'] });
    assertRefused(await list('', payer), 403, 'permission.denied');
  });
});
