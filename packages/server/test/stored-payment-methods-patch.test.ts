import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { useCard, withNewCustomer } from './harness/gateway.ts';
import { auditOf, eventsOf } from './harness/look-inside.ts';
import { bearer, createRecord, getRecord, putRecord, visa } from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { wholeBody } from './harness/stored-payment-method-fields.ts';

let server: TestServer;
let beside: TestServer;
let acme: TestTenant;
let limited: TestTenant;
let careful: TestTenant;

before(async () => {
  server = await startTestServer();
  beside = await startTestServer({}, server);
  acme = await server.tenant('acme');
  limited = await server.tenant('limited', {
    scopes: ['STORED_PAYMENT_METHOD_READ', 'STORED_PAYMENT_METHOD_WRITE'],
  });
  careful = await server.tenant('careful', { concurrencyPolicy: 'if-match-required' });
});

after(async () => {
  await beside.stop();
  await server.stop();
});

type Patch = { op: string; path: string; from?: string; value?: unknown }[];

const patch = (
  id: string,
  body: unknown,
  {
    headers = {},
    tenant = acme,
    on = server,
  }: { headers?: Record<string, string>; tenant?: TestTenant; on?: TestServer } = {},
): Promise<Answer> =>
  on.call('PATCH', `/storedPaymentMethods/${tenant.tenantId}/${id}`, {
    headers: { ...bearer(tenant), ...headers },
    body,
  });

const replace = (path: string, value: unknown): Patch[number] => ({ op: 'replace', path, value });
const set = (path: string, value: unknown): Patch[number] => ({ op: 'add', path, value });
const remove = (path: string): Patch[number] => ({ op: 'remove', path });

const bookkeeping = {
  sys_version: 0,
  sys_last_modified_at: '',
  sys_last_modified_by_id: '',
  sys_last_security_context: {},
};
/** A record but for what every version says of itself. */
const content = (record: object): object => ({ ...record, ...bookkeeping });

const wholeRecord = (tenant = acme) => createRecord(server, tenant, wholeBody(tenant));

describe('a patch', () => {
  it('changes what it names and nothing else, and answers the next version', async () => {
    const record = await wholeRecord();
    const { status, body, headers } = await patch(record.id, [
      replace('/name', 'Renamed'),
      replace('/billing_address/city', 'Leeds'),
      set('/custom_field_values/-', { custom_field_id: 'size__c', numeric_value: 7 }),
      replace('/custom_field_values/0/string_value', 'blue'),
    ]);
    assert.equal(status, 200);
    assert.deepEqual([body.sys_version, headers.get('etag')], [2, '"2"']);
    assert.deepEqual(
      content(body),
      content({
        ...record,
        name: 'Renamed',
        billing_address: { ...record.billing_address, city: 'Leeds' },
        custom_field_values: [
          { custom_field_id: 'colour__c', string_value: 'blue' },
          { custom_field_id: 'size__c', numeric_value: 7 },
        ],
      }),
    );
    assert.deepEqual((await getRecord(server, acme, record.id)).body, body);
    const names = (await auditOf(server, 'acme', record.id)).map(({ name }) => name);
    assert.deepEqual(names, ['stored_payment_method.created', 'stored_payment_method.patched']);
    const event = (await eventsOf(server, 'acme', record.id)).at(-1)?.payload as Record<string, unknown>;
    assert.deepEqual(event['changed_fields'], ['billing_address', 'custom_field_values', 'name']);
  });

  it('comes as application/json-patch+json too', async () => {
    const record = await wholeRecord();
    const headers = { 'content-type': 'application/json-patch+json' };
    assert.equal((await patch(record.id, [replace('/name', 'Renamed')], { headers })).body.name, 'Renamed');
  });

  it('clears what it removes or sets to null, also what PUT keeps when it is left out', async () => {
    for (const clear of [remove, (path: string) => replace(path, null)]) {
      const record = await wholeRecord();
      const fields = ['expires', 'billing_address', 'custom_field_values', 'payrix_migrated'];
      fields.push('sys_external_id', 'sys_locked', 'sys_snapshot_base_version');
      const { status, body } = await patch(
        record.id,
        fields.map((field) => clear(`/${field}`)),
      );
      assert.equal(status, 200, JSON.stringify(body));
      for (const field of fields) assert.equal(field in body, false, field);
    }
  });

  it('moves and copies what is there', async () => {
    const record = await wholeRecord();
    const { body } = await patch(record.id, [
      { op: 'copy', from: '/name', path: '/name_on_account' },
      { op: 'move', from: '/billing_address/line2', path: '/billing_address/line1' },
    ]);
    assert.deepEqual([body.name_on_account, body.billing_address.line1], ['Work card', 'Flat 2']);
    assert.equal('line2' in body.billing_address, false);
  });

  it('of server-owned fields is ignored', async () => {
    const record = await wholeRecord();
    const { status, body } = await patch(record.id, [
      replace('/sys_created_at', '2001-01-01T00:00:00Z'),
      replace('/sys_last_modified_at', '2001-01-01T00:00:00Z'),
      replace('/sys_version', 17),
      set('/sys_deleted_by_id', 'somebody'),
      set('/sys_bulk_load_id', 'made up'),
    ]);
    assert.equal(status, 200);
    assert.deepEqual(content(body), content(record));
    assert.equal(body.sys_version, 2);
  });

  it('obeys a directive that it adds', async () => {
    const record = await wholeRecord();
    const dry = await patch(record.id, [replace('/name', 'Renamed'), set('/sys_directive', 'dry-run')]);
    assert.deepEqual([dry.status, dry.body.name, 'sys_directive' in dry.body], [200, 'Renamed', false]);
    assert.deepEqual((await getRecord(server, acme, record.id)).body, record);
  });

  it('under one Idempotency-Key is applied once', async () => {
    const record = await wholeRecord();
    const headers = { 'idempotency-key': 'patch-once' };
    const add = [set('/custom_field_values/-', { custom_field_id: 'once__c', boolean_value: true })];
    const [first, again] = [await patch(record.id, add, { headers }), await patch(record.id, add, { headers })];
    assert.deepEqual([again.status, again.body], [200, first.body]);
  });
});

describe('a patch is refused', () => {
  async function assertUnchanged(body: unknown, status: number, code: string, reference?: string): Promise<void> {
    const record = await wholeRecord();
    assertRefused(await patch(record.id, body), status, code, reference);
    assert.deepEqual((await getRecord(server, acme, record.id)).body, record);
  }

  it('when a test fails, with the field that it tests', async () => {
    await assertUnchanged(
      [replace('/name', 'Renamed'), { op: 'test', path: '/billing_address/city', value: 'Leeds' }],
      409,
      'patch.test.failed',
      'billing_address.city',
    );
  });

  it('when it is malformed, with the part that is', async () => {
    await assertUnchanged({ op: 'remove', path: '/expires' }, 400, 'validation.type');
    await assertUnchanged([], 400, 'validation.required');
    await assertUnchanged([{ op: 'delete', path: '/expires' }], 400, 'validation.allowed.values', '[0].op');
    await assertUnchanged([{ op: 'remove' }], 400, 'validation.required', '[0].path');
    await assertUnchanged([remove('expires')], 400, 'validation.format', '[0].path');
    await assertUnchanged([remove('/expires'), remove('/a~2b')], 400, 'validation.format', '[1].path');
    await assertUnchanged([{ op: 'add', path: '/name' }], 400, 'validation.required', '[0].value');
    await assertUnchanged([{ op: 'move', path: '/name' }], 400, 'validation.required', '[0].from');
    await assertUnchanged(Array(101).fill(replace('/name', 'a')), 400, 'validation.length');
    await assertUnchanged([remove('/billing_address/none')], 400, 'patch.path.not.found', '[0].path');
  });

  it('when what comes out breaks a rule of PUT', async () => {
    await assertUnchanged([replace('/id', 'another')], 400, 'validation.id.mismatch', 'id');
    await assertUnchanged([remove('/name')], 400, 'validation.required', 'name');
    await assertUnchanged([remove('')], 400, 'validation.required', 'contact_id');
    await assertUnchanged([set('/unknown_field', 1)], 400, 'validation.unknown.field', 'unknown_field');
    await assertUnchanged([replace('/type', 'cash')], 400, 'validation.allowed.values', 'type');
    await assertUnchanged(
      [replace('/last_four_digits', '1881')],
      400,
      'record.number.fields.fixed',
      'last_four_digits',
    );
    await assertUnchanged([replace('/contact_id', 'nobody')], 409, 'record.reference.missing', 'contact_id');
    await assertUnchanged(
      [replace('/merchant_account_tokens/0/merchant_account_id', 'none')],
      409,
      'record.reference.missing',
      'merchant_account_tokens[0].merchant_account_id',
    );
  });

  it('when it brings a card number', async () => {
    await assertUnchanged([replace('/name', `Card ${visa}`)], 400, 'card.number.found', 'name');
    const path = '/custom_field_values/0/string_value';
    await assertUnchanged([replace(path, visa)], 400, 'card.number.found', 'custom_field_values[0].string_value');
  });

  it('when the record is locked, unless it unlocks it and the caller may', async () => {
    const record = await createRecord(server, acme, { sys_locked: true });
    assertRefused(
      await patch(record.id, [replace('/name', 'a')], { headers: { 'if-match': '"9"' } }),
      409,
      'record.locked',
    );
    const unlocked = await patch(record.id, [replace('/sys_locked', false), replace('/name', 'Renamed')]);
    assert.deepEqual([unlocked.status, unlocked.body.name], [200, 'Renamed']);
    const theirs = await createRecord(server, limited, { sys_locked: true });
    for (const unlock of [replace('/sys_locked', false), remove('/sys_locked')]) {
      assertRefused(await patch(theirs.id, [unlock], { tenant: limited }), 409, 'record.locked');
    }
  });

  it('when If-Match names another version, or is missing though demanded; a stale body field does not matter', async () => {
    const record = await wholeRecord();
    await putRecord(server, acme, { ...record, name: 'Renamed' });
    const stale = await patch(record.id, [replace('/name', 'a')], { headers: { 'if-match': '"1"' } });
    assertRefused(stale, 412, 'record.precondition.failed', 'If-Match');
    assert.deepEqual(stale.body.args, ['2', 'name']);
    assert.equal((await patch(record.id, [replace('/name', 'a')], { headers: { 'if-match': '"2"' } })).status, 200);
    const theirs = await wholeRecord(careful);
    const blind = await patch(theirs.id, [replace('/name', 'a')], { tenant: careful });
    assertRefused(blind, 428, 'record.precondition.required', 'If-Match');
  });

  it('when there is no such record', async () => {
    assertRefused(await patch('spm_none', [replace('/name', 'a')]), 404, 'record.not.found');
  });

  it('when it would move an account’s instrument to another contact', async () => {
    const [ada, grace] = [await withNewCustomer(server, acme), await withNewCustomer(server, acme)];
    const { storedPaymentMethodId: id } = await useCard(server, ada, visa);
    assertRefused(
      await patch(id, [replace('/contact_id', grace.contactId)]),
      409,
      'record.contact.fixed',
      'contact_id',
    );
  });
});

describe('patches of different things at the same time', () => {
  it('all survive, in one process and across two', async () => {
    const many = 32;
    const values = Array.from({ length: many }, (_, n) => ({ custom_field_id: `f${n}__c`, numeric_value: 0 }));
    const record = await createRecord(server, acme, { custom_field_values: values });
    const answers = await Promise.all(
      values.map((_, n) =>
        patch(record.id, [replace(`/custom_field_values/${n}/numeric_value`, n + 1)], { on: n % 2 ? beside : server }),
      ),
    );
    for (const answer of answers) assert.equal(answer.status, 200, JSON.stringify(answer.body));
    const { body } = await getRecord(server, acme, record.id);
    assert.deepEqual(
      body.custom_field_values.map((value: { numeric_value: number }) => value.numeric_value),
      values.map((_, n) => n + 1),
    );
    assert.equal(body.sys_version, many + 1);
  });

  it('that test the same value are one 200, and 409 for all the others', async () => {
    const record = await wholeRecord();
    const take = [{ op: 'test', path: '/name', value: 'Work card' }, replace('/name', 'Taken')];
    const answers = await Promise.all(Array.from({ length: 16 }, () => patch(record.id, take)));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    for (const answer of answers) if (answer.status !== 200) assertRefused(answer, 409, 'patch.test.failed', 'name');
  });
});
