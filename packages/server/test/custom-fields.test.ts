import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createClient } from '../src/ops/clients/create.ts';
import { tenantContext } from '../src/ops/tenants/context.ts';
import { assertRefused, assertSameRefusal } from './harness/assert-refused.ts';
import { callCustomFields } from './harness/custom-fields.ts';
import { auditOf, eventsOf, query } from './harness/look-inside.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;
let other: TestTenant;
let count = 0;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
  other = await server.tenant('other');
});

after(() => server.stop());

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  callCustomFields(server, acme, method, path, body, { headers });

/** Every part that a caller can say of a text, under an id of its own. */
const whole = (overrides: object = {}) => ({
  id: `colour_${++count}__c`,
  name: 'Colour',
  help_text: 'As printed on the card',
  type: 'string',
  constraints: { min_length: 2, max_length: 10, pattern: '[a-z]+', options: ['red', 'blue'] },
  is_required: true,
  default_value: { string_value: 'red' },
  position: 7,
  is_active: true,
  is_filterable: true,
  ...overrides,
});

const define = async (overrides: object = {}) => (await call('POST', '', whole(overrides))).body;

describe('defining a custom field', () => {
  it('keeps every part, under the id that the caller chose', async () => {
    const said = whole();
    const { status, headers, body } = await call('POST', '', said);
    assert.deepEqual([status, headers.get('etag')], [201, '"1"']);
    const { sys_created_at, sys_last_modified_at, sys_version, ...kept } = body;
    assert.deepEqual(kept, said);
    assert.deepEqual([sys_last_modified_at, sys_version], [sys_created_at, 1]);
    const read = await call('GET', `/${said.id}`);
    assert.deepEqual([read.headers.get('etag'), read.body], ['"1"', body]);
  });

  it('needs an id, a name and a type only', async () => {
    const { status, body } = await call('POST', '', { id: 'plain__c', name: 'Plain', type: 'boolean' });
    assert.equal(status, 201);
    assert.deepEqual([body.is_active, body.is_required, body.is_filterable], [true, false, false]);
  });

  it('takes one of each type with its own constraints', async () => {
    const constraints: Record<string, object> = {
      boolean: {},
      file: { media_types: ['application/pdf'], max_bytes: 1_000_000 },
      list: { options: ['a', 'b'], min_items: 1, max_items: 3 },
      numeric: { minimum: -1.5, maximum: 99, decimals: 2 },
      string: { min_length: 1, max_length: 5, pattern: '\\d+' },
      table: {
        columns: [{ id: 'amount', name: 'Amount', type: 'numeric', minimum: 0, is_required: true }],
        max_items: 5,
      },
    };
    for (const [type, rules] of Object.entries(constraints)) {
      const { status, body } = await call('POST', '', { id: `of_${type}__c`, name: type, type, constraints: rules });
      assert.deepEqual([status, body.constraints], [201, rules], type);
    }
  });

  it('keeps a default of each type that can have one', async () => {
    const columns = [{ id: 'day', name: 'Day', type: 'string' }];
    const defaults: [type: string, value: object, constraints?: object][] = [
      ['boolean', { boolean_value: false }],
      ['list', { list_value: [1, 'a', true] }],
      ['numeric', { numeric_value: 0 }],
      ['string', { string_value: '' }],
      ['table', { table_value: [{ day: '2026-01-01' }, {}] }, { columns }],
    ];
    for (const [type, value, constraints = {}] of defaults) {
      const said = { id: `default_${type}__c`, name: type, type, constraints, default_value: value };
      const { status, body } = await call('POST', '', said);
      assert.deepEqual([status, body.default_value], [201, value], type);
      await call('DELETE', `/${said.id}`);
    }
    const file = { id: 'default_file__c', name: 'x', type: 'file', default_value: { string_value: 'x' } };
    assertRefused(await call('POST', '', file), 400, 'validation.value', 'default_value');
  });

  it('is refused when it is too large, or there are 500', async () => {
    const options = Array.from({ length: 200 }, (_, n) => `${n} ${'x'.repeat(200)}`);
    const large = await call('POST', '', whole({ constraints: { options }, default_value: undefined }));
    assertRefused(large, 413, 'body.too.large');
    const full = await server.tenant('full');
    await query(
      server,
      `INSERT INTO custom_fields (tenant_id, custom_field_id, definition, version, created_at, modified_at)
       SELECT 'full', 'field_' || n || '__c', '{"name": "x", "type": "string"}', 1, $1, $1 FROM generate_series(1, 500) n`,
      [new Date()],
    );
    assertRefused(await callCustomFields(server, full, 'POST', '', whole()), 409, 'custom.field.limit');
  });

  it('is refused when there is one of that id, retired or not', async () => {
    const { id } = await define();
    assertRefused(await call('POST', '', whole({ id })), 409, 'custom.field.exists', 'id');
    await call('DELETE', `/${id}`);
    assertRefused(await call('POST', '', whole({ id })), 409, 'custom.field.exists', 'id');
  });

  it('at the same moment by two makes one of it', async () => {
    const said = whole();
    const answers = await Promise.all([call('POST', '', said), call('POST', '', said)]);
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([201, 409]));
  });

  it('and changing it name the part that is wrong, and keep nothing', async () => {
    const { id } = await define();
    const rows = () => query(server, 'SELECT custom_field_id, version FROM custom_fields ORDER BY 1');
    const rowsBefore = await rows();
    const list = { type: 'list', constraints: undefined, default_value: undefined };
    const text = (constraints: object) => ({ constraints, default_value: undefined });
    const table = (...columns: object[]) => ({
      type: 'table',
      constraints: { columns },
      default_value: undefined,
      is_filterable: false,
    });
    const column = { id: 'a', name: 'A', type: 'numeric' };
    const cases: [reference: string, code: string, overrides: object][] = [
      ['name', 'validation.required', { name: '' }],
      ['name', 'card.number.found', { name: 'Of 4242 4242 4242 4242' }],
      ['help_text', 'card.number.found', { help_text: '4242424242424242' }],
      ['type', 'validation.allowed.values', { type: 'date' }],
      ['constraints.minimum', 'validation.unknown.field', text({ minimum: 1 })],
      ['constraints.colour', 'validation.unknown.field', text({ colour: 1 })],
      ['constraints.max_length', 'validation.minimum', text({ min_length: 5, max_length: 4 })],
      ['constraints.pattern', 'validation.value', text({ pattern: '(' })],
      ['constraints.pattern', 'validation.value', text({ pattern: '(a)\\1' })],
      ['constraints.pattern', 'validation.value', text({ pattern: '(a{0,30}){0,30}' })],
      ['constraints.options[1]', 'validation.duplicate', text({ options: ['a', 'a'] })],
      ['constraints.options[1]', 'validation.length', text({ options: ['a', 'abc'], max_length: 2 })],
      ['constraints.options[0]', 'card.number.found', text({ options: ['4242424242424242'] })],
      ['default_value', 'card.number.found', { default_value: { string_value: '4242424242424242' }, constraints: {} }],
      ['default_value.string_value', 'validation.allowed.values', { default_value: { string_value: 'green' } }],
      ['default_value.numeric_value', 'validation.allowed.values', { default_value: { numeric_value: 1 } }],
      ['default_value', 'validation.exclusive', { default_value: { string_value: 'red', numeric_value: 1 } }],
      ['default_value', 'validation.exclusive', { default_value: {} }],
      ['constraints.columns', 'validation.required', { ...table(), constraints: {} }],
      ['constraints.columns[1].id', 'validation.duplicate', table(column, column)],
      ['constraints.columns[0].pattern', 'validation.unknown.field', table({ ...column, pattern: 'a' })],
      ['constraints.columns[0].maximum', 'validation.minimum', table({ ...column, minimum: 2, maximum: 1 })],
      ['is_filterable', 'validation.value', { ...table(column), is_filterable: true }],
      ['constraints.max_items', 'validation.required', list],
      ['constraints.max_items', 'validation.range', { ...list, constraints: { max_items: 101 } }],
      ['constraints.max_items', 'validation.minimum', { ...list, constraints: { min_items: 4, max_items: 3 } }],
      ['position', 'validation.range', { position: -1 }],
      ['sys_version', 'validation.type', { sys_version: '1' }],
      ['secret', 'validation.unknown.field', { secret: 'x' }],
    ];
    for (const [reference, code, overrides] of cases) {
      const said = whole(overrides);
      const answer = await call('POST', '', said);
      assertRefused(
        answer,
        400,
        code,
        reference === 'default_value' && code.startsWith('card') ? 'default_value.string_value' : reference,
      );
      if (said.type !== 'string') continue;
      assert.equal((await call('PUT', `/${id}`, { ...said, id })).body.errorCode, `errormessage.${code}`);
    }
    for (const bad of [
      undefined,
      'colour',
      'Colour__c',
      'a b__c',
      '__c',
      `${'x'.repeat(301)}__c`,
      '4242424242424242__c',
    ]) {
      const answer = await call('POST', '', whole({ id: bad }));
      assert.deepEqual([answer.status, answer.body.reference], [400, 'id'], bad);
    }
    assert.deepEqual(await rows(), rowsBefore);
  });

  it('of a list that records are found by, and of what is calculated, has rules of its own', async () => {
    const list = { type: 'list', constraints: { max_items: 100 }, default_value: undefined };
    assert.equal((await call('POST', '', whole(list))).status, 201);
    const calculation = '"a"';
    const sum = { calculation, is_required: false, default_value: undefined };
    assertRefused(await call('POST', '', whole({ ...sum, is_required: true })), 400, 'validation.value', 'is_required');
    const given = whole({ ...sum, default_value: { string_value: 'red' } });
    assertRefused(await call('POST', '', given), 400, 'validation.value', 'default_value');
    const file = { id: 'sum__c', name: 'Sum', type: 'file', calculation };
    assertRefused(await call('POST', '', file), 400, 'validation.value', 'calculation');
  });

  it('happens once for one Idempotency-Key', async () => {
    const said = whole();
    const key = { 'idempotency-key': 'define-once' };
    const first = await call('POST', '', said, key);
    const again = await call('POST', '', said, key);
    assert.deepEqual([again.status, again.headers.get('idempotency-replayed')], [201, 'true']);
    assert.deepEqual(again.body, first.body);
  });
});

describe('changing a custom field', () => {
  it('takes back what was read, and makes the next version of it', async () => {
    const field = await define();
    const { status, headers, body } = await call('PUT', `/${field.id}`, field);
    assert.deepEqual([status, headers.get('etag')], [200, '"2"']);
    assert.deepEqual(body, { ...field, sys_version: 2, sys_last_modified_at: body.sys_last_modified_at });
    assert.ok(body.sys_last_modified_at > field.sys_last_modified_at);
  });

  it('clears what is left out, but a retired field stays retired', async () => {
    const field = await define();
    const { body: retired } = await call('DELETE', `/${field.id}`);
    assert.equal(retired.is_active, false);
    const { body } = await call('PUT', `/${field.id}`, { name: 'Color', type: 'string' });
    const {
      id,
      name,
      type,
      sys_version,
      is_active,
      is_required,
      is_filterable,
      sys_created_at,
      sys_last_modified_at,
      ...rest
    } = body;
    assert.deepEqual(
      [name, is_active, is_required, is_filterable, sys_version, rest],
      ['Color', false, false, false, 3, {}],
    );
    const { body: back } = await call('PUT', `/${field.id}`, { name: 'Color', type: 'string', is_active: true });
    assert.equal(back.is_active, true);
  });

  it('changes neither its id nor its type', async () => {
    const field = await define();
    const path = `/${field.id}`;
    assertRefused(await call('PUT', path, { ...field, id: 'other__c' }), 400, 'validation.id.mismatch', 'id');
    assertRefused(await call('PUT', path, { name: 'x', type: 'numeric' }), 400, 'validation.value', 'type');
  });

  it('is refused when another change came first', async () => {
    const field = await define();
    const path = `/${field.id}`;
    await call('PUT', path, { ...field, name: 'Color' });
    assertRefused(await call('PUT', path, field), 409, 'record.version.conflict', 'sys_version');
    const { sys_version: _, sys_last_modified_at: __, ...said } = field;
    const outdated = { 'if-match': '"1"' };
    assertRefused(await call('PUT', path, said, outdated), 412, 'record.precondition.failed', 'If-Match');
    assertRefused(await call('DELETE', path, undefined, outdated), 412, 'record.precondition.failed', 'If-Match');
    assert.equal((await call('DELETE', path, undefined, { 'if-match': '"2"' })).status, 200);
    const again = await call('DELETE', path, undefined, { 'if-match': '"2"' });
    assert.deepEqual([again.status, again.body.sys_version], [200, 3]);
  });

  it('leaves an audit entry and an event of the same transaction', async () => {
    const { id } = await define();
    await call('PUT', `/${id}`, whole({ id, help_text: undefined, position: 8 }));
    await call('DELETE', `/${id}`);
    const [audit, events] = [await auditOf(server, 'acme', id), await eventsOf(server, 'acme', id)];
    assert.deepEqual(
      events.map(({ name, version, payload }) => [name, version, payload]),
      [
        ['custom_field.created', 1, { is_active: true, changed_fields: [] }],
        ['custom_field.updated', 2, { is_active: true, changed_fields: ['help_text', 'position'] }],
        ['custom_field.updated', 3, { is_active: false, changed_fields: ['is_active'] }],
      ],
    );
    assert.deepEqual(
      audit.map(({ xid, name, sealed }) => [xid, name, sealed]),
      events.map(({ xid, name }) => [xid, name, true]),
    );
  });
});

describe('a tenant’s custom fields', () => {
  it('are listed page by page in the order of their ids', async () => {
    const ids: string[] = [];
    let start = '';
    do {
      const { body } = await call('GET', `?limit=3${start}`);
      ids.push(...body.Items.map(({ id }: { id: string }) => id));
      start = body.LastEvaluatedKey ? `&exclusiveStartKey=${encodeURIComponent(body.LastEvaluatedKey)}` : '';
    } while (start !== '');
    assert.ok(ids.length > 6);
    assert.equal(new Set(ids).size, ids.length);
    const [row] = await query<{ count: string }>(server, `SELECT count(*) FROM custom_fields WHERE tenant_id = 'acme'`);
    assert.equal(ids.length, Number(row?.count));
  });

  it('are not another’s: its id is answered like one that does not exist', async () => {
    const { id } = await define();
    const asOther = (method: string, path: string, body?: unknown) =>
      callCustomFields(server, other, method, path, body);
    for (const [method, body] of [['GET'], ['DELETE'], ['PUT', { name: 'x', type: 'string' }]] as const) {
      const answer = await asOther(method, `/${id}`, body);
      assertRefused(answer, 404, 'custom.field.not.found');
      assertSameRefusal(answer, await asOther(method, '/nothing__c', body));
    }
    assert.equal((await asOther('POST', '', whole({ id }))).status, 201);
  });

  it('are no business of a caller who is limited to one contact, or lacks the scope', async () => {
    const { id } = await define();
    const setup = { kind: 'command-line', id: 'test', scopes: new Set<never>() } as const;
    const ctx = await tenantContext(server.services, 'acme', setup);
    const scopes = ['CUSTOM_FIELD_READ', 'CUSTOM_FIELD_WRITE'] as const;
    const tokenOf = async (client: { clientId: string; clientSecret: { reveal(): string } }): Promise<TestTenant> => {
      const { body } = await server.call('POST', '/oauth/token', {
        body: {
          grant_type: 'client_credentials',
          client_id: client.clientId,
          client_secret: client.clientSecret.reveal(),
        },
      });
      return { ...acme, accessToken: body.access_token };
    };
    const limited = await tokenOf(await createClient(ctx, { name: 'one', scopes, contactId: acme.contactId }));
    const reader = await tokenOf(await createClient(ctx, { name: 'reader', scopes: ['STORED_PAYMENT_METHOD_READ'] }));
    for (const [method, path, body] of [
      ['GET', ''],
      ['GET', `/${id}`],
      ['POST', '', whole()],
      ['POST', '/preview', whole()],
      ['PUT', `/${id}`, whole({ id })],
      ['DELETE', `/${id}`],
    ] as const) {
      assertRefused(await callCustomFields(server, limited, method, path, body), 403, 'permission.denied');
      assertRefused(await callCustomFields(server, reader, method, path, body), 403, 'permission.denied');
    }
  });
});
