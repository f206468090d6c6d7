import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { bearer, createRecord, getRecord, putRecord, recordBody, visa } from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { fields, wholeBody, withField } from './harness/stored-payment-method-fields.ts';

let server: TestServer;
let acme: TestTenant;
let secondAccount: string;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
  const { body } = await server.call('POST', '/merchantAccounts/acme', {
    headers: bearer(acme),
    body: { name: 'Second shop' },
  });
  secondAccount = body.id;
});

after(() => server.stop());

const put = (record: Record<string, any>): Promise<Answer> => putRecord(server, acme, record);
const create = (body: object): Promise<Answer> =>
  server.call('POST', '/storedPaymentMethods/acme', { headers: bearer(acme), body });

/** Both writes apply the same rules. */
async function refusedByBoth(change: (body: Record<string, any>) => object, code: string, reference: string) {
  const record = await createRecord(server, acme, wholeBody(acme));
  assertRefused(await put({ ...record, ...change(record) }), 400, code, reference);
  assertRefused(await create(change(wholeBody(acme))), 400, code, reference);
  assert.deepEqual((await getRecord(server, acme, record.id)).body, record);
}

describe('the expiry', () => {
  it('is kept as the last day of its month, however it is written', async () => {
    const record = await createRecord(server, acme);
    const spellings: Record<string, string> = {
      '12/34': '2034-12-31',
      '02/28': '2028-02-29',
      '02/2027': '2027-02-28',
      '2034-04': '2034-04-30',
      '2034-04-01': '2034-04-30',
      '2034-04-30': '2034-04-30',
      '3/27': '2027-03-31',
    };
    for (const [written, kept] of Object.entries(spellings)) {
      const { status, body } = await put({
        ...record,
        sys_version: undefined,
        ...(await stamp(record.id)),
        expires: written,
      });
      assert.deepEqual([status, body.expires], [200, kept], written);
    }
  });

  it('of an expired card is welcome, because migrations bring them', async () => {
    const { status, body } = await create(recordBody(acme, { expires: '01/2019' }));
    assert.deepEqual([status, body.expires], [201, '2019-01-31']);
    assert.equal((await put(body)).status, 200);
  });
});

const stamp = async (id: string): Promise<object> => ({
  sys_last_modified_at: (await getRecord(server, acme, id)).body.sys_last_modified_at,
});

describe('a card number', () => {
  const scanned = Object.entries(fields)
    .filter(([, { type }]) => type === 'string')
    .map(([path]) => path)
    .filter((path) => !path.startsWith('custom_field_values'));

  it('in a text field is refused, the field is named, and the number is stored and logged nowhere', async () => {
    const spellings = [visa, '4242 4242 4242 4242', 'card 4242-4242-4242-4242 (old)'];
    for (const path of scanned) {
      if (path === 'merchant_account_tokens[0].token') continue;
      const record = await createRecord(server, acme, wholeBody(acme));
      for (const spelling of spellings) {
        const answer = await put(withField(record, path, spelling));
        assert.deepEqual([answer.status, answer.body.reference], [400, path], path);
        assert.ok(!JSON.stringify({ ...answer.body, traceId: '' }).includes('4242'), path);
      }
      assert.deepEqual((await getRecord(server, acme, record.id)).body, record);
    }
    for (const path of ['name', 'name_on_account', 'billing_address.line1', 'sys_external_id']) {
      const record = await createRecord(server, acme, wholeBody(acme));
      assertRefused(await put(withField(record, path, visa)), 400, 'card.number.found', path);
    }
    assert.ok(!server.log().includes(visa));
  });

  it('in a custom field of any kind is refused, at any depth', async () => {
    const holding: [object, string][] = [
      [{ string_value: visa }, 'string_value'],
      [{ file_url_value: `https://files.example.com/${visa}` }, 'file_url_value'],
      [{ numeric_value: Number(visa) }, 'numeric_value'],
      [{ list_value: ['a', visa] }, 'list_value[1]'],
      [{ table_value: [{ a: { b: [visa] } }] }, 'table_value[0].a.b[0]'],
      [{ table_value: [{ [visa]: 1 }] }, 'table_value[0]'],
    ];
    for (const [value, reference] of holding) {
      const body = wholeBody(acme, { custom_field_values: [{ custom_field_id: 'a__c', ...value }] });
      assertRefused(await create(body), 400, 'card.number.found', `custom_field_values[0].${reference}`);
    }
  });

  it('may be what a gateway’s token looks like', async () => {
    const tokens = [{ merchant_account_id: acme.merchantAccountId, token: visa }];
    const { status, body } = await create(wholeBody(acme, { merchant_account_tokens: tokens }));
    assert.deepEqual([status, body.merchant_account_tokens], [201, tokens]);
    assert.equal((await put(body)).status, 200);
  });
});

describe('custom field values', () => {
  const kinds = {
    boolean_value: false,
    file_url_value: 'https://files.example.com/a',
    list_value: [],
    numeric_value: -0.5,
    string_value: '',
    table_value: [{ row: [1, 'a', true] }],
  };

  it('hold one of six kinds each, and come back as they were', async () => {
    const values = Object.entries(kinds).map(([kind, value]) => ({ custom_field_id: `${kind}__c`, [kind]: value }));
    const { status, body } = await create(wholeBody(acme, { custom_field_values: values }));
    assert.deepEqual([status, body.custom_field_values], [201, values]);
    assert.deepEqual((await put(body)).body.custom_field_values, values);
  });

  it('hold exactly one kind', async () => {
    const id = { custom_field_id: 'a__c' };
    for (const value of [id, { ...id, string_value: null }, { ...id, string_value: 'a', boolean_value: true }]) {
      await refusedByBoth(
        (body) => ({ ...body, custom_field_values: [value] }),
        'validation.exclusive',
        'custom_field_values[0]',
      );
    }
  });

  it('name each field once', async () => {
    const value = { custom_field_id: 'a__c', string_value: 'a' };
    await refusedByBoth(
      (body) => ({ ...body, custom_field_values: [value, value] }),
      'validation.duplicate',
      'custom_field_values[1].custom_field_id',
    );
  });

  it('stay when left out, and go when an empty list is sent', async () => {
    const record = await createRecord(server, acme, wholeBody(acme));
    const { custom_field_values: values, ...without } = record;
    const kept = await put(without);
    assert.deepEqual(kept.body.custom_field_values, values);
    const emptied = await put({ ...kept.body, custom_field_values: [] });
    assert.deepEqual(emptied.body.custom_field_values, []);
  });
});

describe('the tokens at merchant accounts', () => {
  const token = (account: string, text: string) => ({ merchant_account_id: account, token: text });
  const twoTokens = () => [token(acme.merchantAccountId, 'tok_a'), token(secondAccount, 'tok_b')];

  it('are one for each account', async () => {
    await refusedByBoth(
      (body) => ({
        ...body,
        merchant_account_tokens: [...twoTokens(), token(acme.merchantAccountId, 'tok_c')],
      }),
      'validation.duplicate',
      'merchant_account_tokens[2].merchant_account_id',
    );
  });

  it('go only on purpose', async () => {
    const record = await createRecord(server, acme, { merchant_account_tokens: twoTokens() });
    const fewer = { ...record, merchant_account_tokens: twoTokens().slice(0, 1) };
    assertRefused(await put(fewer), 400, 'record.token.removal', 'merchant_account_tokens');
    const moved = { ...record, merchant_account_tokens: [token(secondAccount, 'tok_a')] };
    assertRefused(await put(moved), 400, 'record.token.removal', 'merchant_account_tokens');
    const allowed = await put({ ...fewer, sys_directive: 'allow-token-removal' });
    assert.deepEqual([allowed.status, allowed.body.merchant_account_tokens], [200, twoTokens().slice(0, 1)]);
    assert.deepEqual((await put({ ...allowed.body, merchant_account_tokens: twoTokens() })).status, 200);
  });

  it('all change when what derives from the number changes', async () => {
    const changes: Record<string, string> = {
      last_four_digits: '1111',
      credit_card_type: 'other',
      type: 'electronic check',
    };
    for (const [field, value] of Object.entries(changes)) {
      const record = await createRecord(server, acme, { merchant_account_tokens: twoTokens() });
      const changed = { ...record, [field]: value };
      assertRefused(await put(changed), 400, 'record.number.fields.fixed', field);
      const oneNew = [token(acme.merchantAccountId, 'tok_new'), token(secondAccount, 'tok_b')];
      const half = { ...changed, merchant_account_tokens: oneNew };
      assertRefused(await put(half), 400, 'record.number.fields.fixed', field);
      const others = {
        merchant_account_tokens: twoTokens().map(({ merchant_account_id: id }) => token(id, 'tok_n')),
      };
      const answer = await put({ ...changed, ...others });
      assert.deepEqual([answer.status, answer.body[field]], [200, value]);
    }
  });
});
