import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { callCustomFields, defineField } from './harness/custom-fields.ts';
import {
  bearer,
  createRecord,
  enterCard,
  getRecord,
  keyHeader,
  putRecord,
  recordBody,
  replaceInstrument,
} from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { until } from './harness/until.ts';

let server: TestServer;
let acme: TestTenant;
let tenants = 0;

before(async () => {
  server = await startTestServer();
});

beforeEach(async () => {
  acme = await server.tenant(`acme-${++tenants}`);
});

after(() => server.stop());

type Values = Record<string, unknown>[];

const create = (values: Values | undefined, tenant = acme): Promise<Answer> =>
  server.call('POST', `/storedPaymentMethods/${tenant.tenantId}`, {
    headers: bearer(tenant),
    body: recordBody(tenant, values ? { custom_field_values: values } : {}),
  });

const patch = (id: string, operations: object[]): Promise<Answer> =>
  server.call('PATCH', `/storedPaymentMethods/${acme.tenantId}/${id}`, { headers: bearer(acme), body: operations });

/** Another policy is in force within a second. */
function untilRefused(attempt: () => Promise<Answer>): Promise<Answer> {
  return until(async () => {
    const answer = await attempt();
    return answer.status === 409 && answer;
  });
}

const define = (id: string, type: string, rest: object = {}) => defineField(server, acme, { id, type, ...rest });

describe('a value of a custom field', () => {
  it('of each type is refused when a constraint is broken, naming its place, and kept when none is', async () => {
    const cases: [
      type: string,
      constraints: object,
      kind: string,
      right: unknown[],
      wrong: [unknown, string, string?][],
    ][] = [
      ['boolean', {}, 'boolean_value', [true, false], []],
      [
        'file',
        { media_types: ['application/pdf'] },
        'file_url_value',
        ['https://files.example/a.pdf'],
        [
          ['http://files.example/a.pdf', 'value'],
          ['urn:other:thing', 'value'],
          ['a.pdf', 'value'],
        ],
      ],
      [
        'list',
        { options: ['a', 'b', 'c'], min_items: 1, max_items: 2 },
        'list_value',
        [['a'], ['b', 'c']],
        [
          [[], 'required'],
          [['a', 'b', 'c'], 'length'],
          [['a', 'd'], 'allowed.values', '[1]'],
          [['a', 7], 'type', '[1]'],
        ],
      ],
      [
        'numeric',
        { minimum: 0, maximum: 10, decimals: 2 },
        'numeric_value',
        [0, 10, 1.25, 1e-2],
        [
          [-0.01, 'range'],
          [10.01, 'range'],
          [1.255, 'value'],
          [1e-7, 'value'],
        ],
      ],
      [
        'string',
        { min_length: 2, max_length: 4, pattern: '[a-zé😀]+' },
        'string_value',
        ['ab', 'été', '😀😀😀😀'],
        [
          ['', 'required'],
          ['a', 'length'],
          ['abcde', 'length'],
          ['ab1', 'value'],
          ['ab\n', 'value'],
        ],
      ],
      [
        'table',
        {
          max_items: 2,
          columns: [
            { id: 'day', name: 'Day', type: 'string', is_required: true, pattern: '\\d{4}-\\d{2}-\\d{2}' },
            { id: 'amount', name: 'Amount', type: 'numeric', minimum: 0 },
            { id: 'paid', name: 'Paid', type: 'boolean' },
          ],
        },
        'table_value',
        [[], [{ day: '2026-01-01', amount: 3, paid: true }, { day: '2026-01-02' }]],
        [
          [[{}, {}, {}], 'length'],
          [['x'], 'type', '[0]'],
          [[{ amount: 1 }], 'required', '[0].day'],
          [[{ day: '2026-01-01' }, { day: '2026-01-02', amount: -1 }], 'minimum', '[1].amount'],
          [[{ day: '2026-01-01', amount: '1' }], 'type', '[0].amount'],
          [[{ day: '2026-01-01', paid: 1 }], 'type', '[0].paid'],
          [[{ day: '2026' }], 'value', '[0].day'],
          [[{ day: '2026-01-01', colour: 'red' }], 'unknown.field', '[0].colour'],
        ],
      ],
    ];
    for (const [type, constraints, kind, right, wrong] of cases) {
      const id = `of_${type}__c`;
      await define(id, type, { constraints });
      const record = await createRecord(server, acme);
      const other = { custom_field_id: 'undefined__c', string_value: 'kept' };
      for (const value of right) {
        const values = [other, { custom_field_id: id, [kind]: value }];
        const { status, body } = await putRecord(server, acme, {
          ...record,
          sys_version: undefined,
          custom_field_values: values,
          sys_last_modified_at: '9999-01-01T00:00:00Z',
        });
        assert.deepEqual([status, body.custom_field_values], [200, values], `${type} ${JSON.stringify(value)}`);
      }
      const kept = await getRecord(server, acme, record.id);
      for (const [value, code, place = ''] of wrong) {
        const values = [other, { custom_field_id: id, [kind]: value }];
        const reference = `custom_field_values[1].${kind}${place}`;
        assertRefused(await create(values), 400, `validation.${code}`, reference);
        const put = await putRecord(server, acme, { ...kept.body, custom_field_values: values });
        assertRefused(put, 400, `validation.${code}`, reference);
        const patched = await patch(record.id, [{ op: 'replace', path: '/custom_field_values', value: values }]);
        assertRefused(patched, 400, `validation.${code}`, reference);
      }
      const otherKind = kind === 'string_value' ? 'numeric_value' : 'string_value';
      const misplaced = [{ custom_field_id: id, [otherKind]: kind === 'string_value' ? 7 : 'text' }];
      assertRefused(await create(misplaced), 400, 'validation.allowed.values', `custom_field_values[0].${otherKind}`);
      assert.deepEqual((await getRecord(server, acme, record.id)).body, kept.body);
    }
  });

  it('is checked in each operation of a batch by itself', async () => {
    await define('size__c', 'numeric', { constraints: { maximum: 5 } });
    const bodyWith = (size: number) =>
      recordBody(acme, { custom_field_values: [{ custom_field_id: 'size__c', numeric_value: size }] });
    const { body } = await server.call('POST', `/storedPaymentMethods/${acme.tenantId}/batch`, {
      headers: bearer(acme),
      body: { operations: [5, 6].map((size) => ({ method: 'POST', body: bodyWith(size) })) },
    });
    assert.deepEqual([body.success_count, body.error_count], [1, 1]);
    assert.equal(body.results[1].error.reference, 'custom_field_values[0].numeric_value');
  });

  it('is refused in the caller’s language, with what is allowed', async () => {
    await define('size__c', 'string', { constraints: { options: ['S', 'M'] } });
    const { body } = await server.call('POST', `/storedPaymentMethods/${acme.tenantId}`, {
      headers: { ...bearer(acme), 'accept-language': 'de' },
      body: recordBody(acme, { custom_field_values: [{ custom_field_id: 'size__c', string_value: 'XL' }] }),
    });
    assert.match(body.errorMessage, /S, M/);
    assert.match(body.errorMessage, /erlaubt/);
    assert.doesNotMatch(JSON.stringify(body), /XL/);
  });

  it('that was right once passes as long as it stays, whatever its field has become since', async () => {
    await define('size__c', 'numeric');
    await define('note__c', 'string');
    const values = [
      { custom_field_id: 'size__c', numeric_value: 7 },
      { custom_field_id: 'note__c', string_value: 'old' },
    ];
    const { body: record } = await create(values);
    await define('size__c', 'numeric', { constraints: { maximum: 5 } });
    await callCustomFields(server, acme, 'DELETE', '/note__c');
    const put = await putRecord(server, acme, { ...record, name: 'Renamed' });
    assert.deepEqual([put.status, put.body.custom_field_values], [200, values]);
    const reordered = await putRecord(server, acme, { ...put.body, custom_field_values: values.toReversed() });
    assert.equal(reordered.status, 200);
    const changed = [{ ...values[1], string_value: 'new' }];
    const answer = await putRecord(server, acme, { ...reordered.body, custom_field_values: changed });
    assertRefused(answer, 409, 'record.reference.missing', 'custom_field_values[0].custom_field_id');
    const removed = await putRecord(server, acme, { ...reordered.body, custom_field_values: [] });
    assert.deepEqual([removed.status, removed.body.custom_field_values], [200, []]);
  });

  it('of one tenant’s field means nothing to another tenant’s', async () => {
    const other = await server.tenant(`other-${tenants}`);
    await define('size__c', 'numeric', { constraints: { maximum: 5 }, is_required: true });
    assert.equal((await create([{ custom_field_id: 'size__c', string_value: 'any' }], other)).status, 201);
    assert.equal((await create(undefined, other)).status, 201);
  });
});

describe('a required field', () => {
  it('must be there when a record is created, and by whoever changes its custom fields', async () => {
    const { body: early } = await create([{ custom_field_id: 'note__c', string_value: 'first' }]);
    await define('size__c', 'numeric');
    await callCustomFields(server, acme, 'PUT', '/size__c?accept_broken_values=true', {
      name: 'Size',
      type: 'numeric',
      is_required: true,
    });
    assertRefused(await create([]), 400, 'validation.required', 'custom_field_values[size__c]');
    assertRefused(await create(undefined), 400, 'validation.required', 'custom_field_values[size__c]');
    const change = [{ op: 'add', path: '/custom_field_values/note__c/string_value', value: 'second' }];
    assertRefused(await patch(early.id, change), 400, 'validation.required', 'custom_field_values[size__c]');
    const size = { op: 'add', path: '/custom_field_values/size__c/numeric_value', value: 3 };
    assert.equal((await patch(early.id, [...change, size])).status, 200);
    const gone = await patch(early.id, [{ op: 'remove', path: '/custom_field_values/size__c' }]);
    assertRefused(gone, 400, 'validation.required', 'custom_field_values[size__c]');
  });

  it('that an older record lacks stops nobody who changes something else', async () => {
    const { body: early } = await create(undefined);
    await callCustomFields(server, acme, 'POST', '?accept_broken_values=true', {
      id: 'size__c',
      name: 'Size',
      type: 'numeric',
      is_required: true,
    });
    assert.equal((await putRecord(server, acme, { ...early, name: 'Renamed' })).status, 200);
    assert.equal((await patch(early.id, [{ op: 'replace', path: '/name', value: 'Again' }])).status, 200);
  });

  it('never stops a customer who enters a card, and defaults are filled in', async () => {
    await define('size__c', 'numeric', { is_required: true });
    await define('colour__c', 'string', { default_value: { string_value: 'red' } });
    const { status } = await replaceInstrument(server, acme, await enterCard(server, acme));
    assert.equal(status, 200);
    const path = `/storedPaymentMethods/${acme.tenantId}/contact/${acme.contactId}`;
    const { body } = await server.call('GET', path, { headers: bearer(acme) });
    const values = [{ custom_field_id: 'colour__c', string_value: 'red' }];
    assert.deepEqual(body.Items[0].custom_field_values, values);
    await callCustomFields(server, acme, 'DELETE', '/colour__c');
    await replaceInstrument(server, acme, await enterCard(server, acme, '5555555555554444'));
    const { body: renewed } = await server.call('GET', path, { headers: bearer(acme) });
    assert.deepEqual([renewed.Items[0].sys_version, renewed.Items[0].custom_field_values], [2, values]);
  });
});

describe('a default', () => {
  it('is filled in when a record is created, and only then', async () => {
    await define('colour__c', 'string', { default_value: { string_value: 'red' }, is_required: true });
    await define('tags__c', 'list', { default_value: { list_value: ['new'] }, is_active: false });
    const values = [{ custom_field_id: 'colour__c', string_value: 'red' }];
    const { status, body: record } = await create(undefined);
    assert.deepEqual([status, record.custom_field_values], [201, values]);
    const blue = [{ custom_field_id: 'colour__c', string_value: 'blue' }];
    assert.deepEqual((await create(blue)).body.custom_field_values, blue);
    await define('colour__c', 'string', { default_value: { string_value: 'red' } });
    const emptied = await putRecord(server, acme, { ...record, custom_field_values: [] });
    assert.deepEqual(emptied.body.custom_field_values, []);
  });
});

describe('a record', () => {
  it('never gets more values than it can be sent back with', async () => {
    await define('colour__c', 'string', { default_value: { string_value: 'red' } });
    const values = Array.from({ length: 500 }, (_, n) => ({ custom_field_id: `f${n}__c`, boolean_value: true }));
    assertRefused(await create(values), 400, 'validation.length', 'custom_field_values');
    const { status, body } = await create(values.slice(1));
    assert.deepEqual([status, body.custom_field_values.length], [201, 500]);
    assert.equal((await putRecord(server, acme, body)).status, 200);
  });
});

describe('a field that nobody defined', () => {
  it('is kept as it is, until the tenant settles for defined ones alone', async () => {
    const values = [{ custom_field_id: 'legacy__c', list_value: [1, { any: 'thing' }] }];
    const { body: record } = await create(values);
    assert.deepEqual(record.custom_field_values, values);
    const settings = `/tenants/${acme.tenantId}/settings`;
    const { body: open } = await server.call('GET', settings, { headers: keyHeader(acme) });
    assert.equal(open.customFieldPolicy, undefined);
    const policy = { ...open, customFieldPolicy: 'defined' };
    const { body: strictSettings } = await server.call('PUT', settings, { headers: keyHeader(acme), body: policy });
    assert.equal(strictSettings.customFieldPolicy, 'defined');
    const { body: strict } = await untilRefused(() => create(values));
    assert.equal(strict.reference, 'custom_field_values[0].custom_field_id');
    assert.equal((await putRecord(server, acme, { ...record, name: 'Renamed' })).status, 200);
    const legacy = { id: 'legacy__c', name: 'Legacy', type: 'list' };
    assertRefused(
      await callCustomFields(server, acme, 'POST', '', legacy),
      409,
      'custom.field.values.broken',
      'accept_broken_values',
    );
    await callCustomFields(server, acme, 'POST', '?accept_broken_values=true', legacy);
    assert.equal((await create([{ custom_field_id: 'legacy__c', list_value: [1] }])).status, 201);
  });
});
