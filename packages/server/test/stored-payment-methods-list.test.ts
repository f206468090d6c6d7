import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { withNewCustomer } from './harness/gateway.ts';
import { bearer, createRecord, getRecord, putRecord, recordBody } from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { wholeBody } from './harness/stored-payment-method-fields.ts';

let server: TestServer;
let acme: TestTenant;
let ada: TestTenant;
/** In the order of their creation. */
let records: Record<string, any>[];

type Query = Record<string, string>;

const list = (query: Query = {}, tenant = acme): Promise<Answer> =>
  server.call('GET', `/storedPaymentMethods/${tenant.tenantId}?${new URLSearchParams(query).toString()}`, {
    headers: bearer(tenant),
  });

const remove = (id: string, tenant = acme): Promise<Answer> =>
  server.call('DELETE', `/storedPaymentMethods/${tenant.tenantId}/${id}`, { headers: bearer(tenant) });

/** The names of what a list shows, page by page. */
async function walk(query: Query, tenant = acme): Promise<string[]> {
  const names: string[] = [];
  let key: string | undefined;
  do {
    const { status, body } = await list({ ...query, ...(key === undefined ? {} : { exclusiveStartKey: key }) }, tenant);
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(body.Count, body.Items.length);
    names.push(...body.Items.map(({ name }: { name: string }) => name));
    key = body.LastEvaluatedKey;
  } while (key !== undefined);
  return names;
}

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
  ada = await withNewCustomer(server, acme);
  records = [
    await createRecord(server, acme, wholeBody(acme, { name: 'a', expires: '2031-05-31' })),
    await createRecord(server, ada, { name: 'b', expires: undefined, sys_external_id: 'crm-b' }),
    await createRecord(server, acme, { name: 'c', expires: '2029-02-28', credit_card_type: 'mastercard' }),
    await createRecord(server, ada, { name: 'd', expires: '2031-05-31', sys_locked: true }),
    await createRecord(server, acme, { name: 'e', type: 'electronic check', credit_card_type: 'other' }),
    await createRecord(server, acme, { name: 'gone' }),
  ];
  await remove(records[5]?.['id']);
});

after(() => server.stop());

describe('the list of a tenant’s records', () => {
  it('shows those that are not deleted in the order of their creation, as GET shows each', async () => {
    const { body } = await list();
    assert.deepEqual(
      body.Items.map(({ name }: { name: string }) => name),
      ['a', 'b', 'c', 'd', 'e'],
    );
    assert.deepEqual([body.Count, 'LastEvaluatedKey' in body], [5, false]);
    assert.deepEqual(body.Items[0], (await getRecord(server, acme, records[0]?.['id'])).body);
  });

  it('is filtered by each of its filters, and by several at once', async () => {
    const changed = records[3]?.['sys_last_modified_at'];
    const expected: [Query, string[]][] = [
      [{ contact_id: ada.contactId }, ['b', 'd']],
      [{ contact_id: 'nobody' }, []],
      [{ type: 'electronic check' }, ['e']],
      [{ credit_card_type: 'visa' }, ['a', 'b', 'd']],
      [{ expiring_before: '2031-05-31' }, ['c']],
      [{ expiring_before: '2031-06-01' }, ['c', 'a', 'd']],
      [{ expiring_before: '2031-06-01', sort: 'sys_created_at' }, ['a', 'c', 'd']],
      [{ changed_since: changed }, ['d', 'e']],
      [{ changed_since: changed.replace('Z', '+00:00'), order: 'descending' }, ['e', 'd']],
      [{ changed_since: '9999-12-31T23:59:59Z' }, []],
      [{ sys_external_id: 'crm-b' }, ['b']],
      [{ sys_locked: 'true' }, ['d']],
      [{ sys_locked: 'false' }, ['a', 'b', 'c', 'e']],
      [{ deleted: 'false' }, ['a', 'b', 'c', 'd', 'e']],
      [{ contact_id: ada.contactId, credit_card_type: 'visa', sys_locked: 'true' }, ['d']],
      [{ contact_id: ada.contactId, type: 'electronic check' }, []],
    ];
    for (const [query, names] of expected) assert.deepEqual(await walk(query), names, JSON.stringify(query));
  });

  it('shows the deleted records when asked for them, with who deleted them', async () => {
    const { body } = await list({ deleted: 'true' });
    const [{ name, sys_deleted_by_id: by, sys_version: version }] = body.Items;
    assert.deepEqual([body.Count, name, by, version], [1, 'gone', acme.clientId, 2]);
  });

  it('comes in each order, page by page as at once', async () => {
    await putRecord(server, acme, { ...(await getRecord(server, acme, records[1]?.['id'])).body, name: 'b' });
    const expected: [string, string[]][] = [
      ['sys_created_at', ['a', 'b', 'c', 'd', 'e']],
      ['sys_last_modified_at', ['a', 'c', 'd', 'e', 'b']],
      ['expires', ['c', 'a', 'd', 'e', 'b']],
    ];
    for (const [sort, names] of expected) {
      for (const limit of ['1', '2', '5', '500']) {
        assert.deepEqual(await walk({ sort, limit }), names, `${sort} by ${limit}`);
        assert.deepEqual(await walk({ sort, limit, order: 'descending' }), names.toReversed(), `${sort} by ${limit}`);
      }
    }
  });

  it('shows of each record the fields that are asked for, and its id', async () => {
    const { body } = await list({ fields: 'name, expires,billing_address', limit: '2' });
    const { id, billing_address: address } = records[0] ?? {};
    assert.deepEqual(body.Items, [
      { id, name: 'a', expires: '2031-05-31', billing_address: address },
      { id: records[1]?.['id'], name: 'b' },
    ]);
    for (const fields of ['', 'none', 'name,', 'sys_directive', 'billing_address.city', '__proto__', 'constructor']) {
      const answer = await list({ fields });
      assert.deepEqual([answer.status, answer.body.reference], [400, 'fields'], fields);
    }
  });

  it('refuses values that its parameters cannot have', async () => {
    const bad: Query[] = [
      { type: 'cash' },
      { credit_card_type: 'Visa' },
      { expiring_before: '2031-02-30' },
      { expiring_before: '0000-01-01' },
      { expiring_before: 'soon' },
      { changed_since: '2031-02-28' },
      { changed_since: '2031-02-30T00:00:00Z' },
      { sys_external_id: '' },
      { sys_locked: 'yes' },
      { sort: 'name' },
      { order: 'up' },
      { limit: '0' },
    ];
    for (const query of bad) {
      const answer = await list(query);
      assert.deepEqual([answer.status, answer.body.reference], [400, Object.keys(query)[0]], JSON.stringify(query));
    }
    assert.equal((await list({ changed_since: '0000-01-01T00:00:00Z' })).status, 200);
  });
});

describe('the key of the next page', () => {
  it('is of its own list and tenant only, with any limit and fields', async () => {
    const { body } = await list({ limit: '2', credit_card_type: 'visa' });
    const key = body.LastEvaluatedKey;
    const go = (query: Query) => list({ exclusiveStartKey: key, ...query });
    assert.equal((await go({ credit_card_type: 'visa', limit: '9', fields: 'name' })).body.Count, 1);
    const others: Query[] = [{}, { credit_card_type: 'other' }, { credit_card_type: 'visa', order: 'descending' }];
    for (const other of others) {
      assertRefused(await go(other), 400, 'validation.value', 'exclusiveStartKey');
    }
    const other = await server.tenant('other');
    const theirs = await list({ exclusiveStartKey: key, credit_card_type: 'visa' }, other);
    assertRefused(theirs, 400, 'validation.value', 'exclusiveStartKey');
  });

  it('that was made up or changed is refused', async () => {
    const { body } = await list({ limit: '2' });
    const bytes = Buffer.from(body.LastEvaluatedKey, 'base64url');
    const changed = [...bytes.keys()].map((n) => {
      const copy = Buffer.from(bytes);
      copy[n] = (copy[n] ?? 0) ^ 1;
      return copy.toString('base64url');
    });
    for (const key of [records[0]?.['id'], 'x', '[]', ...changed]) {
      assertRefused(await list({ exclusiveStartKey: key }), 400, 'validation.value', 'exclusiveStartKey');
    }
  });
});

describe('a walk through 10,000 records while others write', () => {
  it('misses and repeats none of those that existed throughout', async () => {
    const busy = await server.tenant('busy');
    const many = 10_000;
    const existing: Record<string, any>[] = [];
    const fill = async (from: number): Promise<void> => {
      const operations = Array.from({ length: 100 }, (_, n) => ({
        method: 'POST',
        body: recordBody(busy, { name: `n${from + n}` }),
      }));
      const path = '/storedPaymentMethods/busy/batch';
      const { body } = await server.call('POST', path, { headers: bearer(busy), body: { operations } });
      existing.push(...body.results.map((result: { body: object }) => result.body));
    };
    await Promise.all(Array.from({ length: many / 100 }, (_, n) => fill(n * 100)));
    assert.equal(existing.length, many);

    const walking = new AbortController();
    const write = async (lane: number): Promise<void> => {
      for (let n = lane; !walking.signal.aborted; n += 3) {
        const record = existing[(n * 7919) % many] ?? {};
        if (n % 10 === 0) await createRecord(server, busy, { name: 'new' });
        else await putRecord(server, busy, { ...record, sys_version: undefined, name: `${record['name']}` });
        if (n % 10 === 5) await remove((await createRecord(server, busy, { name: 'short-lived' })).id, busy);
      }
    };
    const writing = [0, 1, 2].map(write);
    const seen = await walk({ limit: '250', fields: 'name' }, busy);
    walking.abort();
    await Promise.all(writing);
    const old = seen.filter((name) => name.startsWith('n') && name !== 'new');
    assert.equal(old.length, many);
    assert.deepEqual(new Set(old), new Set(existing.map((record) => record['name'])));
  });
});
