import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { defineField, defineFields, redefineField, valuesOf } from './harness/calculated-fields.ts';
import { bearer, createRecord, enterCard, getRecord, putRecord, replaceInstrument } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

const numberOf = (custom_field_id: string, numeric_value: number) => ({ custom_field_id, numeric_value });

describe('a calculated field', () => {
  let server: TestServer;
  let tenants = 0;

  before(async () => {
    server = await startTestServer();
  });
  after(() => server.stop());

  async function tenantWith(definitions: Readonly<Record<string, object>>): Promise<TestTenant> {
    const tenant = await server.tenant(`calculated-${tenants++}`);
    await defineFields(server, tenant, definitions);
    return tenant;
  }
  const patch = (tenant: TestTenant, id: string, body: object[]) =>
    server.call('PATCH', `/storedPaymentMethods/${tenant.tenantId}/${id}`, { headers: bearer(tenant), body });

  it('is calculated from the address, other fields and the record itself, whatever callers send for it', async () => {
    const tenant = await tenantWith({
      seats__c: { type: 'numeric' },
      tags__c: { type: 'list' },
      is_swiss__c: {
        type: 'boolean',
        calculation: 'has(record.billing_address.country) && record.billing_address.country == "CH"',
      },
      fee__c: { type: 'numeric', constraints: { decimals: 2 }, calculation: 'fields.seats__c * 9.99' },
      label__c: { type: 'string', calculation: 'record.name + " (" + record.last_four_digits + ")"' },
      loud__c: { type: 'list', calculation: 'fields.tags__c.map(tag, tag.upperAscii())' },
      days_left__c: { type: 'numeric', calculation: 'days(record.expires) - days("2034-12-01")' },
    });
    const record = await createRecord(server, tenant, {
      billing_address: { country: 'CH' },
      custom_field_values: [
        numberOf('seats__c', 3),
        { custom_field_id: 'tags__c', list_value: ['a', 'b'] },
        { custom_field_id: 'label__c', string_value: 'made up by the caller' },
      ],
    });
    assert.deepEqual(valuesOf(record), {
      seats__c: 3,
      tags__c: ['a', 'b'],
      is_swiss__c: true,
      fee__c: 29.97,
      label__c: 'Work card (4242)',
      loud__c: ['A', 'B'],
      days_left__c: 30,
    });
    assert.equal(record.sys_calculated_field_errors, undefined);
    const { body: moved } = await putRecord(server, tenant, { ...record, billing_address: { country: 'DE' } });
    assert.equal(valuesOf(moved)['is_swiss__c'], false);
    assert.deepEqual(valuesOf((await getRecord(server, tenant, record.id)).body), valuesOf(moved));
    const { body: patched } = await patch(tenant, record.id, [{ op: 'replace', path: '/name', value: 'Spare' }]);
    assert.equal(valuesOf(patched)['label__c'], 'Spare (4242)');
  });

  it('may read other calculated fields, however they are ordered', async () => {
    const tenant = await tenantWith({
      base__c: { type: 'numeric' },
      z_double__c: { type: 'numeric', calculation: 'fields.base__c * 2' },
      m_sum__c: { type: 'numeric', calculation: 'fields.z_double__c + 1' },
      a_text__c: { type: 'string', calculation: 'string(fields.m_sum__c)' },
    });
    const record = await createRecord(server, tenant, { custom_field_values: [numberOf('base__c', 4)] });
    assert.deepEqual(valuesOf(record), { base__c: 4, z_double__c: 8, m_sum__c: 9, a_text__c: '9' });
  });

  it('can ask whether a value is there, and stays empty when its expression gives null', async () => {
    const tenant = await tenantWith({
      'nick-name:1__c': { type: 'string' },
      has_nick__c: { type: 'boolean', calculation: '"nick-name:1__c" in fields' },
      shout__c: {
        type: 'string',
        calculation: '"nick-name:1__c" in fields ? dyn(fields["nick-name:1__c"] + "!") : dyn(null)',
      },
    });
    const record = await createRecord(server, tenant);
    assert.deepEqual(valuesOf(record), { has_nick__c: false });
    assert.equal(record.sys_calculated_field_error, undefined);
    const custom_field_values = [{ custom_field_id: 'nick-name:1__c', string_value: 'Ada' }];
    const { body } = await putRecord(server, tenant, { ...record, custom_field_values });
    assert.deepEqual(valuesOf(body), { 'nick-name:1__c': 'Ada', has_nick__c: true, shout__c: 'Ada!' });
  });

  it('that fails never blocks the save: the record says which and why, until it works again', async () => {
    const tenant = await tenantWith({
      people__c: { type: 'numeric' },
      share__c: { type: 'numeric', calculation: '100 / int(fields.people__c)' },
      text__c: { type: 'string', calculation: '"each " + string(fields.share__c)' },
    });
    const first = await createRecord(server, tenant, { custom_field_values: [numberOf('people__c', 4)] });
    assert.deepEqual(valuesOf(first), { people__c: 4, share__c: 25, text__c: 'each 25' });
    const { status, body: failing } = await putRecord(server, tenant, {
      ...first,
      custom_field_values: [numberOf('people__c', 0)],
    });
    assert.equal(status, 200);
    assert.deepEqual(valuesOf(failing), { people__c: 0 });
    assert.deepEqual(failing.sys_calculated_field_errors, [
      { field: 'share__c', error: 'It divides by zero.' },
      { field: 'text__c', error: 'It reads share__c, whose calculation failed.' },
    ]);
    assert.equal(
      failing.sys_calculated_field_error,
      'share__c: It divides by zero.; text__c: It reads share__c, whose calculation failed.',
    );
    const { body: missing } = await putRecord(server, tenant, { ...failing, custom_field_values: [] });
    assert.equal(missing.sys_calculated_field_errors[0].error, 'A value that it reads is not there.');
    const { body: mended } = await putRecord(server, tenant, {
      ...missing,
      custom_field_values: [numberOf('people__c', 5)],
    });
    assert.deepEqual(valuesOf(mended), { people__c: 5, share__c: 20, text__c: 'each 20' });
    assert.equal(mended.sys_calculated_field_error, undefined);
    assert.equal(mended.sys_calculated_field_errors, undefined);
  });

  it('whose result breaks its rules, or looks like a card number, is a failure and is not kept', async () => {
    const tenant = await tenantWith({
      short__c: { type: 'string', constraints: { max_length: 3 }, calculation: 'record.name' },
      size__c: { type: 'string', constraints: { options: ['S', 'M'] }, calculation: '"L"' },
      card__c: { type: 'string', calculation: '"424242424242" + record.last_four_digits' },
      huge__c: { type: 'numeric', calculation: '1.0 / 0.0' },
      kind__c: { type: 'string', calculation: 'dyn(1)' },
    });
    const record = await createRecord(server, tenant);
    assert.deepEqual(valuesOf(record), {});
    assert.deepEqual(
      Object.fromEntries(record.sys_calculated_field_errors.map(({ field, error }: any) => [field, error])),
      {
        short__c: 'The result breaks the rules of the field.',
        size__c: 'The result breaks the rules of the field.',
        card__c: 'The result looks like a card number.',
        huge__c: 'The result is no number that can be kept.',
        kind__c: 'The result is of another type than the field.',
      },
    );
  });

  it('whose result holds what no text may is a failure, so that the record can still be sent back', async () => {
    const tenant = await tenantWith({
      initial__c: { type: 'string', calculation: 'record.name.substring(0, 1)' },
      letters__c: { type: 'list', calculation: 'record.name.split("")' },
      zero__c: { type: 'string', calculation: '"a\\u0000b"' },
    });
    const record = await createRecord(server, tenant, { name: '😀 Anna' });
    const error = 'The result holds a character that cannot be kept.';
    assert.deepEqual(
      record.sys_calculated_field_errors,
      ['initial__c', 'letters__c', 'zero__c'].map((field) => ({ field, error })),
    );
    assert.deepEqual(valuesOf(record), {});
    const { status, body } = await putRecord(server, tenant, record);
    assert.equal(status, 200, JSON.stringify(body));
  });

  it('tells in a sentence of ours what went wrong, which holds nothing of the record', async () => {
    const number = (calculation: string) => ({ type: 'numeric', calculation });
    const tenant = await tenantWith({
      list__c: { type: 'list' },
      date__c: number('days(record.name)'),
      item__c: { type: 'string', calculation: 'fields.list__c[7]' },
      number__c: number('int(record.name)'),
      part__c: { type: 'string', calculation: 'record.name.substring(99)' },
      sum__c: number('dyn(record.name) + 1'),
      top__c: number('9007199254740993'),
    });
    const custom_field_values = [{ custom_field_id: 'list__c', list_value: ['a'] }];
    const record = await createRecord(server, tenant, { name: 'canary', custom_field_values });
    assert.deepEqual(record.sys_calculated_field_errors, [
      { field: 'date__c', error: 'A text that it reads is not a date.' },
      { field: 'item__c', error: 'An item that it reads is not there.' },
      { field: 'number__c', error: 'A text that it reads is not a number.' },
      { field: 'part__c', error: 'A part of a text that it reads is not there.' },
      { field: 'sum__c', error: 'Its values are of types that do not go together.' },
      { field: 'top__c', error: 'The result is no number that can be kept.' },
    ]);
    assert.doesNotMatch(record.sys_calculated_field_error, /canary/);
  });

  it('cannot read gateway tokens, nor what each version changes', async () => {
    const tenant = await server.tenant(`calculated-${tenants++}`);
    for (const calculation of [
      'record.merchant_account_tokens[0].token',
      'record.merchant_account_tokens.map(t, t.token).join(",")',
      'string(record.sys_version)',
      'record.sys_last_modified_at',
      'string(record.sys_last_security_context)',
      'record["merchant_account_tokens"][0]["token"]',
    ]) {
      const refused = await defineField(server, tenant, 'token__c', { type: 'string', calculation });
      assertRefused(refused, 400, 'calculation.field.unknown', 'calculation');
    }
  });

  it('is calculated anew when the customer replaces the instrument of the account', async () => {
    const tenant = await tenantWith({ ends__c: { type: 'string', calculation: 'record.last_four_digits' } });
    await replaceInstrument(server, tenant, await enterCard(server, tenant));
    const list = await server.call('GET', `/storedPaymentMethods/${tenant.tenantId}/contact/${tenant.contactId}`, {
      headers: bearer(tenant),
    });
    const { id } = list.body.Items[0];
    assert.equal(valuesOf(list.body.Items[0])['ends__c'], '4242');
    await replaceInstrument(server, tenant, await enterCard(server, tenant, '5555555555554444'));
    const { body } = await getRecord(server, tenant, id);
    assert.equal(body.last_four_digits, '4444');
    assert.equal(valuesOf(body)['ends__c'], '4444');
  });

  it('that would depend on itself is refused, naming the circle', async () => {
    const tenant = await tenantWith({
      a__c: { type: 'numeric', calculation: '1' },
      b__c: { type: 'numeric', calculation: 'fields.a__c + 1' },
    });
    const itself = await defineField(server, tenant, 'c__c', { type: 'numeric', calculation: 'fields.c__c + 1' });
    assertRefused(itself, 400, 'calculation.cycle', 'calculation');
    const round = await redefineField(server, tenant, 'a__c', { type: 'numeric', calculation: 'fields.b__c + 1' });
    assertRefused(round, 400, 'calculation.cycle', 'calculation');
    assert.deepEqual(round.body.args, ['a__c → b__c → a__c']);
  });

  it('cannot come to depend on itself by two changes at once', async () => {
    const tenant = await tenantWith({
      a__c: { type: 'numeric', calculation: '1' },
      b__c: { type: 'numeric', calculation: '2' },
    });
    const answers = await Promise.all([
      redefineField(server, tenant, 'a__c', { type: 'numeric', calculation: 'fields.b__c + 1' }),
      redefineField(server, tenant, 'b__c', { type: 'numeric', calculation: 'fields.a__c + 1' }),
    ]);
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200, 400]));
    assert.equal((await createRecord(server, tenant)).sys_calculated_field_error, undefined);
  });

  it('takes no more together with others when they are all defined at once', async () => {
    const tenant = await server.tenant(`calculated-${tenants++}`);
    const ten = '[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]';
    const calculation = `${ten}.all(a, ${ten}.all(b, ${ten}.all(c, a + b + c > 0)))`;
    const ids = ['a__c', 'b__c', 'c__c', 'd__c'];
    const answers = await Promise.all(
      ids.map((id) => defineField(server, tenant, id, { type: 'boolean', calculation })),
    );
    const tooCostly = answers.filter(({ body }) => body.errorCode === 'errormessage.calculation.too.costly');
    assert.deepEqual([answers.filter(({ status }) => status === 201).length, tooCostly.length], [1, 3]);
  });

  it('is refused with the place at fault when it cannot be understood, and in the caller’s language', async () => {
    const tenant = await server.tenant(`calculated-${tenants++}`);
    const refusal = async (calculation: string, type = 'string') => {
      const { status, body } = await defineField(server, tenant, 'x__c', { type, calculation });
      assert.equal(status, 400, calculation);
      assert.equal(body.reference, 'calculation');
      return [body.errorCode.replace('errormessage.calculation.', ''), ...body.args];
    };
    assert.deepEqual(await refusal('record.name +'), ['invalid', '14']);
    assert.deepEqual(await refusal('"a" + 1'), ['invalid', '1']);
    assert.deepEqual(await refusal('"a" + fields.nope__c'), ['field.unknown', '14']);
    assert.deepEqual(await refusal('fields[record.name]'), ['field.unknown', '1']);
    assert.deepEqual(await refusal('somebody.name'), ['field.unknown', '1']);
    assert.deepEqual(await refusal('1'), ['type', 'a text']);
    assert.deepEqual(await refusal('"1"', 'numeric'), ['type', 'a number']);
    assert.deepEqual(await refusal('string(timestamp("2020-01-01T00:00:00Z"))'), ['invalid', '8']);
    assert.deepEqual(await refusal('record.name.matches(record.name)', 'boolean'), ['invalid', '28']);
    const headers = { 'accept-language': 'de' };
    const german = await defineField(server, tenant, 'x__c', { type: 'string', calculation: '"' }, headers);
    assert.match(german.body.errorMessage, /^Der Ausdruck ist bei Zeichen 1 nicht verständlich/);
  });

  it('that is retired is calculated no more and its last value goes', async () => {
    const tenant = await tenantWith({ label__c: { type: 'string', calculation: 'record.name' } });
    const record = await createRecord(server, tenant);
    assert.deepEqual(valuesOf(record), { label__c: 'Work card' });
    const path = `/customFields/${tenant.tenantId}/label__c`;
    assert.equal((await server.call('DELETE', path, { headers: bearer(tenant) })).status, 200);
    const { body } = await putRecord(server, tenant, { ...record, name: 'Other' });
    assert.deepEqual(valuesOf(body), {});
  });

  it('of one tenant is nothing to another', async () => {
    const tenant = await tenantWith({ label__c: { type: 'string', calculation: 'record.name' } });
    const other = await server.tenant(`calculated-${tenants++}`);
    assert.equal((await createRecord(server, other)).custom_field_values, undefined);
    const refused = await defineField(server, other, 'x__c', { type: 'string', calculation: 'fields.label__c' });
    assertRefused(refused, 400, 'calculation.field.unknown', 'calculation');
    assert.equal(valuesOf(await createRecord(server, tenant))['label__c'], 'Work card');
  });
});
