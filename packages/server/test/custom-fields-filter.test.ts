import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { callCustomFields, defineField } from './harness/custom-fields.ts';
import { query, tablesHolding } from './harness/look-inside.ts';
import { bearer, createRecord, putRecord, recordBody } from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

const count = 300;
const colours = ['red', 'blue', 'grün'];

let server: TestServer;
let acme: TestTenant;
let other: TestTenant;

/** The value of each field in the record of this number. */
const valuesOf = (n: number) => [
  { custom_field_id: 'colour__c', string_value: colours[n % 3] },
  { custom_field_id: 'size__c', numeric_value: (n % 10) / 4 },
  { custom_field_id: 'active__c', boolean_value: n % 2 === 0 },
  { custom_field_id: 'tags__c', list_value: [`tag-${n % 5}`, n % 7] },
  { custom_field_id: 'note__c', string_value: 'not filterable' },
];

const put = (tenant: TestTenant, operations: object[]): Promise<Answer> =>
  server.call('POST', `/storedPaymentMethods/${tenant.tenantId}/batch`, {
    headers: bearer(tenant),
    body: { operations },
  });

const defineAll = async (tenant: TestTenant) => {
  await defineField(server, tenant, { id: 'colour__c', type: 'string', is_filterable: true });
  await defineField(server, tenant, { id: 'size__c', type: 'numeric', is_filterable: true });
  await defineField(server, tenant, { id: 'active__c', type: 'boolean', is_filterable: true });
  await defineField(server, tenant, {
    id: 'tags__c',
    type: 'list',
    is_filterable: true,
    constraints: { max_items: 9 },
  });
  await defineField(server, tenant, { id: 'note__c', type: 'string' });
};

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
  other = await server.tenant('other');
  await defineAll(acme);
  await defineAll(other);
  for (let n = 0; n < count; n += 100) {
    const operations = Array.from({ length: 100 }, (_, i) => ({
      method: 'POST',
      body: recordBody(acme, { name: `Card ${n + i}`, custom_field_values: valuesOf(n + i) }),
    }));
    const { body } = await put(acme, operations);
    assert.equal(body.success_count, 100);
  }
});

after(() => server.stop());

const list = (conditions: string[], rest: Record<string, string> = {}, tenant = acme): Promise<Answer> => {
  const params = new URLSearchParams(rest);
  for (const condition of conditions) params.append('custom_field', condition);
  return server.call('GET', `/storedPaymentMethods/${tenant.tenantId}?${params.toString()}`, {
    headers: bearer(tenant),
  });
};

/** The numbers of the records that pass, read in pages of 20. */
async function numbersOf(conditions: string[]): Promise<number[]> {
  const numbers: number[] = [];
  let start: Record<string, string> = {};
  for (;;) {
    const { status, body } = await list(conditions, { ...start, limit: '20', fields: 'name' });
    assert.equal(status, 200, JSON.stringify(body));
    numbers.push(...body.Items.map(({ name }: { name: string }) => Number(name.slice('Card '.length))));
    if (!body.LastEvaluatedKey) return numbers;
    start = { exclusiveStartKey: body.LastEvaluatedKey };
  }
}

const expected = (passes: (n: number) => boolean): number[] =>
  Array.from({ length: count }, (_, n) => n).filter(passes);

describe('a list by custom fields', () => {
  it('finds by a value of each type, and by an item of a list', async () => {
    assert.deepEqual(
      await numbersOf(['colour__c=red']),
      expected((n) => n % 3 === 0),
    );
    assert.deepEqual(
      await numbersOf(['size__c=1.50']),
      expected((n) => n % 10 === 6),
    );
    assert.deepEqual(
      await numbersOf(['size__c=0']),
      expected((n) => n % 10 === 0),
    );
    assert.deepEqual(
      await numbersOf(['active__c=true']),
      expected((n) => n % 2 === 0),
    );
    assert.deepEqual(
      await numbersOf(['tags__c=tag-3']),
      expected((n) => n % 5 === 3),
    );
    assert.deepEqual(
      await numbersOf(['tags__c=6']),
      expected((n) => n % 7 === 6),
    );
    assert.deepEqual(await numbersOf(['colour__c=green']), []);
    assert.deepEqual(await numbersOf(['colour__c=']), []);
    assert.deepEqual(
      await numbersOf(['colour__c=gru\u0308n']),
      expected((n) => n % 3 === 2),
    );
  });

  it('finds what passes all of several conditions, beside the other filters', async () => {
    const conditions = ['colour__c=red', 'active__c=false', 'tags__c=tag-1'];
    const passing = expected((n) => n % 3 === 0 && n % 2 === 1 && n % 5 === 1);
    assert.deepEqual(await numbersOf(conditions), passing);
    const { body } = await list(conditions, { type: 'electronic check' });
    assert.equal(body.Count, 0);
    const descending = await list(conditions, { order: 'descending', limit: '1' });
    assert.equal(descending.body.Items[0].name, `Card ${passing.at(-1)}`);
  });

  it('goes on by a key of the same conditions only, in whatever order', async () => {
    const conditions = ['colour__c=red', 'active__c=true'];
    const { body } = await list(conditions, { limit: '5' });
    const start = { limit: '5', exclusiveStartKey: body.LastEvaluatedKey };
    assert.equal((await list(conditions.toReversed(), start)).body.Count, 5);
    for (const others of [['colour__c=red'], ['colour__c=blue', 'active__c=true'], []]) {
      assertRefused(await list(others, start), 400, 'validation.value', 'exclusiveStartKey');
    }
  });

  it('follows what a record becomes', async () => {
    const { id } = await createRecord(server, acme, {
      custom_field_values: [{ custom_field_id: 'colour__c', string_value: 'pink' }],
    });
    const ids = async (colour: string) => (await list([`colour__c=${colour}`])).body.Items.map((one: any) => one.id);
    assert.deepEqual(await ids('pink'), [id]);
    const path = '/custom_field_values/colour__c/string_value';
    await server.call('PATCH', `/storedPaymentMethods/acme/${id}`, {
      headers: bearer(acme),
      body: [{ op: 'replace', path, value: 'gold' }],
    });
    assert.deepEqual([await ids('pink'), await ids('gold')], [[], [id]]);
    const { body: record } = await server.call('GET', `/storedPaymentMethods/acme/${id}`, { headers: bearer(acme) });
    await putRecord(server, acme, { ...record, custom_field_values: [] });
    assert.deepEqual(await ids('gold'), []);
  });

  it('is refused for a field that is not filterable, and a value that the field cannot have', async () => {
    const allowed = /active__c, colour__c, size__c, tags__c/;
    for (const id of ['note__c', 'unknown__c']) {
      const answer = await list(['colour__c=red', `${id}=x`]);
      assertRefused(answer, 400, 'validation.allowed.values', 'custom_field[1]');
      assert.match(answer.body.errorMessage, allowed);
    }
    for (const bad of ['size__c=', 'size__c=big', 'size__c=0x1', 'active__c=1', 'active__c=']) {
      assertRefused(await list([bad]), 400, 'validation.value', 'custom_field[0]');
    }
    for (const bad of ['colour__c', '=red', 'colour=red', '']) {
      assert.equal((await list([bad])).status, 400, bad);
    }
    assertRefused(
      await list(Array.from({ length: 6 }, () => 'colour__c=red')),
      400,
      'validation.length',
      'custom_field',
    );
    const card = await list(['colour__c=4242424242424242']);
    assertRefused(card, 400, 'card.number.found', 'custom_field');
  });

  it('of one tenant shows nothing of another’s', async () => {
    await createRecord(server, other, { custom_field_values: [{ custom_field_id: 'colour__c', string_value: 'red' }] });
    assert.equal((await list(['colour__c=red'], {}, other)).body.Count, 1);
    const terms = await query<{ tenants: string }>(
      server,
      'SELECT count(DISTINCT tenant_id) AS tenants FROM custom_field_terms GROUP BY term ORDER BY 1 DESC LIMIT 1',
    );
    assert.equal(Number(terms[0]?.tenants), 1);
  });

  it('leaves no value in clear in the database', async () => {
    const secret = 'a-colour-nobody-may-read';
    await createRecord(server, acme, { custom_field_values: [{ custom_field_id: 'colour__c', string_value: secret }] });
    assert.equal((await list([`colour__c=${secret}`])).body.Count, 1);
    assert.deepEqual(await tablesHolding(server, secret), []);
  });

  it('still finds by a field that was retired', async () => {
    await callCustomFields(server, acme, 'DELETE', '/active__c');
    assert.equal((await list(['active__c=true'], { limit: '500' })).body.Count, count / 2);
  });
});
