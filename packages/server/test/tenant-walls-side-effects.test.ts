import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { query } from './harness/look-inside.ts';
import { bearer, createRecord, keyHeader, recordBody } from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { storedRowsOf } from './harness/stored-rows.ts';

const limit = 10;

let server: TestServer;
let tenants = 0;
let acme: TestTenant;
let other: TestTenant;

before(async () => {
  server = await startTestServer({ rateLimitPerMinute: limit });
});

beforeEach(async () => {
  tenants += 1;
  acme = await server.tenant(`acme-${tenants}`);
  other = await server.tenant(`other-${tenants}`);
});

after(() => server.stop());

const list = (tenant: TestTenant, filter: Record<string, string>): Promise<Answer> =>
  server.call('GET', `/storedPaymentMethods/${tenant.tenantId}?${new URLSearchParams(filter).toString()}`, {
    headers: bearer(tenant),
  });

const create = (tenant: TestTenant, overrides: object, headers: Record<string, string> = {}): Promise<Answer> =>
  server.call('POST', `/storedPaymentMethods/${tenant.tenantId}`, {
    headers: { ...bearer(tenant), ...headers },
    body: recordBody(tenant, overrides),
  });

const createCustomer = (tenant: TestTenant, key: string, firstName: string): Promise<Answer> =>
  server.call('POST', '/v1/customers/create', {
    headers: { ...keyHeader(tenant), 'idempotency-key': key },
    body: { firstName, lastName: 'Test' },
  });

describe('what one tenant has done does not show to another', () => {
  it('by an external id: each has its own, and finds its own', async () => {
    const sys_external_id = 'crm-1';
    const { body: theirs } = await create(other, { sys_external_id });
    const { status, body: ours } = await create(acme, { sys_external_id });
    assert.equal(status, 201);
    assertRefused(await create(acme, { sys_external_id }), 409, 'record.external.id.taken', 'sys_external_id');
    for (const [tenant, record] of [
      [acme, ours],
      [other, theirs],
    ] as const) {
      const { body } = await list(tenant, { sys_external_id });
      assert.deepEqual(
        body.Items.map(({ id }: { id: string }) => id),
        [record.id],
      );
    }
  });

  it('by an Idempotency-Key: the same one means each tenant’s own request, be it the same or another', async () => {
    const theirs = await createCustomer(other, 'key-1', 'Ada');
    for (const [key, firstName] of [
      ['key-1', 'Ada'],
      ['key-2', 'Grace'],
    ] as const) {
      if (key === 'key-2') await createCustomer(other, key, 'Joan');
      const ours = await createCustomer(acme, key, firstName);
      assert.deepEqual([ours.status, ours.headers.get('idempotency-replayed')], [200, null]);
      assert.equal(ours.body.firstName, firstName);
      assert.notEqual(ours.body.id, theirs.body.id);
      assert.equal((await createCustomer(acme, key, firstName)).body.id, ours.body.id);
    }
    assert.equal((await createCustomer(other, 'key-1', 'Ada')).body.id, theirs.body.id);
  });

  it('by a page’s key: one of another tenant’s list is refused like one that somebody made up', async () => {
    for (const tenant of [acme, other]) for (const name of ['a', 'b']) await createRecord(server, tenant, { name });
    const { LastEvaluatedKey: key } = (await list(other, { limit: '1' })).body;
    const madeUp = `${key[0] === 'A' ? 'B' : 'A'}${key.slice(1)}`;
    const answers = [await list(acme, { exclusiveStartKey: key }), await list(acme, { exclusiveStartKey: madeUp })];
    for (const answer of answers) assertRefused(answer, 400, 'validation.value', 'exclusiveStartKey');
    assert.equal((await list(other, { exclusiveStartKey: key })).status, 200);
  });
});

describe('one tenant’s requests', () => {
  it('that exceed its limit leave another’s untouched, also where they name that one', async () => {
    const untouched = await storedRowsOf(server, other.tenantId);
    const readTheirs = () => server.call('GET', `/storedPaymentMethods/${other.tenantId}`, { headers: bearer(acme) });
    for (let n = 0; n <= limit; n++) {
      assertRefused(await readTheirs(), 401, 'authentication.invalid');
      await list(acme, {});
    }
    assertRefused(await list(acme, {}), 429, 'rate.limit.exceeded');
    assert.deepEqual(await storedRowsOf(server, other.tenantId), untouched);
    const { status, headers } = await list(other, {});
    assert.deepEqual([status, headers.get('ratelimit-remaining')], [200, String(limit - 1)]);
  });

  it('leave no row of rate limits, keys or audit behind in another’s name', async () => {
    const untouched = await storedRowsOf(server, other.tenantId);
    const { id } = await createRecord(server, acme);
    const headers = { ...bearer(acme), 'idempotency-key': 'k' };
    await server.call('DELETE', `/storedPaymentMethods/${other.tenantId}/${id}`, { headers });
    await server.call('DELETE', `/storedPaymentMethods/${acme.tenantId}/${id}`, { headers });
    assert.deepEqual(await storedRowsOf(server, other.tenantId), untouched);
    const [kept] = await query<{ count: number }>(
      server,
      'SELECT count(*)::int AS count FROM idempotency_keys WHERE tenant_id = $1',
      [acme.tenantId],
    );
    assert.equal(kept?.count, 1);
  });
});
