import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { callGateway } from './harness/gateway.ts';
import {
  bearer,
  beginRequest,
  cardEntry,
  createRecord,
  getRecord,
  keyHeader,
  putRecord,
  recordBody,
  startSession,
  visa,
} from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
});

after(() => server.stop());

/** Code and reference of each failure that a body tells, the first in the contract's own fields. */
const told = (body: any): [code: string, reference: string | undefined][] =>
  [body, ...(body.errors ?? [])].map((one) => [one.errorCode.replace('errormessage.', ''), one.reference]);

function assertTold(answer: Answer, failures: [code: string, reference: string][]): void {
  assert.equal(answer.status, 400, JSON.stringify(answer.body));
  assert.deepEqual(told(answer.body), failures);
}

const create = (body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  server.call('POST', `/storedPaymentMethods/${acme.tenantId}`, { headers: { ...bearer(acme), ...headers }, body });

describe('a request that is wrong in several ways', () => {
  it('is told of all of them at once, the first in the contract’s fields', async () => {
    const record = await createRecord(server, acme);
    const { name: _, ...rest } = record;
    const wrong = {
      ...rest,
      nmae: 'Card',
      billing_address: { postal_code: 7, latitude: 91 },
      merchant_account_tokens: [...record.merchant_account_tokens, { merchant_account_id: 'a' }],
      type: 'cash',
      sys_created_at: 'yesterday',
    };
    assertTold(await putRecord(server, acme, wrong), [
      ['validation.unknown.field', 'nmae'],
      ['validation.range', 'billing_address.latitude'],
      ['validation.type', 'billing_address.postal_code'],
      ['validation.required', 'merchant_account_tokens[1].token'],
      ['validation.required', 'name'],
      ['validation.allowed.values', 'type'],
      ['validation.format', 'sys_created_at'],
    ]);
    assert.deepEqual((await getRecord(server, acme, record.id)).body, record);
  });

  it('has no further errors when it is wrong in one way', async () => {
    const { body } = await create(recordBody(acme, { type: 'cash' }));
    assert.equal('errors' in body, false);
  });

  it('gets each in the language of the request, with its arguments', async () => {
    const wrong = recordBody(acme, { billing_address: { latitude: 91 }, sys_created_at: 'x', name: '' });
    const { body } = await create(wrong, { 'accept-language': 'de' });
    assert.match(body.errorMessage, /^Die Zahl liegt außerhalb/);
    const [missing, form] = body.errors;
    assert.match(missing.errorMessage, /^Eine Angabe fehlt/);
    assert.match(form.errorMessage, /Datum und Uhrzeit mit Abweichung von UTC, etwa 2026-01-31T09:30:00Z\.$/);
    assert.deepEqual(form.typedArgs, [{ type: 'ENUM', value: { value: 'DATE_TIME' } }]);
    assert.equal(form.args.length, 1);
    assert.equal('traceId' in form, false);
  });

  it('is told of every rule that it breaks, and of every card number, none of which is repeated', async () => {
    const wrong = recordBody(acme, {
      id: 'mine',
      name: `Card ${visa}`,
      billing_address: { line1: visa, country: 'XX', time_zone_id: 'Mars/Olympus' },
      custom_field_values: [{ custom_field_id: 'a__c' }, { custom_field_id: 'a__c', boolean_value: true }],
      expires: 'soon',
      sys_directive: 'hurry',
    });
    const answer = await create(wrong);
    assertTold(answer, [
      ['validation.server.generated', 'id'],
      ['record.directive.unknown', 'sys_directive'],
      ['card.number.found', 'name'],
      ['card.number.found', 'billing_address.line1'],
      ['validation.format', 'billing_address.country'],
      ['validation.format', 'billing_address.time_zone_id'],
      ['validation.exclusive', 'custom_field_values[0]'],
      ['validation.duplicate', 'custom_field_values[1].custom_field_id'],
      ['validation.format', 'expires'],
    ]);
    assert.doesNotMatch(JSON.stringify(answer.body), /4242/);
  });

  it('is told of nothing but the permission that it lacks', async () => {
    const plain = await server.tenant('plain', { scopes: ['STORED_PAYMENT_METHOD_WRITE'] });
    const { status, body } = await server.call('POST', `/storedPaymentMethods/${plain.tenantId}`, {
      headers: bearer(plain),
      body: recordBody(plain, { expires: 'soon', sys_directive: 'skip-events' }),
    });
    assert.deepEqual([status, told(body)], [403, [['permission.denied', undefined]]]);
  });

  it('gets the same answer again under its Idempotency-Key', async () => {
    const body = recordBody(acme, { expires: 'soon', billing_address: { country: 'XX' } });
    const headers = { 'idempotency-key': 'several' };
    const [first, again] = [await create(body, headers), await create(body, headers)];
    assert.equal(first.body.errors.length, 1);
    assert.deepEqual(again.body, first.body);
    assert.equal(again.headers.get('idempotency-replayed'), 'true');
  });

  it('is never told a card number back that it has as the name of a field', async () => {
    const name = `card_${visa}`;
    const session = await startSession(server, acme);
    const token = await beginRequest(server, session);
    const body = { paymentMethod: 'CREDIT_CARD', creditCard: cardEntry(visa, { [name]: 1 }) };
    const operations = [
      { method: 'POST', body: recordBody(acme, { billing_address: { [name]: 1 } }) },
      { method: 'DELETE', id: visa },
    ];
    const answers = [
      await create(recordBody(acme, { [name]: 1 })),
      await callGateway(server, session, 'POST', `/payments/${token}`, { body }),
      await server.call('POST', `/storedPaymentMethods/${acme.tenantId}/batch`, {
        headers: bearer(acme),
        body: { operations },
      }),
    ];
    const { id } = await createRecord(server, acme);
    answers.push(
      await server.call('PATCH', `/storedPaymentMethods/${acme.tenantId}/${id}`, {
        headers: bearer(acme),
        body: [{ op: 'test', path: `/billing_address/${visa}`, value: 1 }],
      }),
      await server.call('POST', `/bulkLoads/${acme.tenantId}`, {
        headers: bearer(acme),
        body: { format: 'csv', mapping: { [visa]: 1 } },
      }),
    );
    for (const answer of answers) assert.doesNotMatch(JSON.stringify(answer.body), /4242/);
    const [record, gateway, batch, patch, load] = answers.map((answer) => answer.body);
    assert.deepEqual(told(patch), [['patch.test.failed', 'billing_address']]);
    assert.deepEqual(told(load), [['validation.type', 'mapping']]);
    assert.deepEqual(told(record), [['validation.unknown.field', undefined]]);
    assert.deepEqual(told(gateway), [['validation.unknown.field', 'creditCard']]);
    assert.deepEqual(
      batch.results.map(({ error }: any) => told(error)),
      [[['validation.unknown.field', 'billing_address']], [['card.number.found', 'id']]],
    );
  });

  it('has at most fifty of them told, however many there are', async () => {
    const values = Array.from({ length: 400 }, () => ({ custom_field_id: 'Not an id', numeric_value: 'x' }));
    const { body } = await create(recordBody(acme, { custom_field_values: values }));
    assert.equal(body.errors.length, 49);
    assert.equal(body.errors.at(-1).reference, 'custom_field_values[24].numeric_value');
  });
});

describe('every place that takes something tells all at once', () => {
  it('the Customer API', async () => {
    const answer = await server.call('POST', '/v1/payments/user-session', {
      headers: keyHeader(acme),
      body: { amount: -1, scope: 'SHOP', customerId: '1', finionPayCustomerId: 'me', colour: 'red' },
    });
    assertTold(answer, [
      ['validation.unknown.field', 'colour'],
      ['validation.range', 'amount'],
      ['validation.allowed.values', 'scope'],
      ['validation.required', 'referenceText'],
      ['validation.type', 'customerId'],
      ['validation.format', 'finionPayCustomerId'],
    ]);
  });

  it('a query', async () => {
    const path = `/storedPaymentMethods/${acme.tenantId}?limit=many&colour=red&expiring_before=soon`;
    assertTold(await server.call('GET', path, { headers: bearer(acme) }), [
      ['validation.type', 'limit'],
      ['validation.unknown.field', 'colour'],
      ['validation.format', 'expiring_before'],
    ]);
  });

  it('the form for a card', async () => {
    const session = await startSession(server, acme);
    const token = await beginRequest(server, session);
    const entry = cardEntry('4242424242424241', { expiryYear: 2020, cardHolder: `Ada ${visa}` });
    const body = { paymentMethod: 'CREDIT_CARD', creditCard: entry, billingAddress: { country: 'ZZ' } };
    assertTold(await callGateway(server, session, 'POST', `/payments/${token}`, { body }), [
      ['validation.format', 'billingAddress.country'],
      ['card.number.invalid', 'creditCard.cardNumber'],
      ['card.number.found', 'creditCard.cardHolder'],
      ['card.expired', 'creditCard.expiryYear'],
    ]);
  });

  it('the form for a bank account', async () => {
    const swiss = await server.tenant('sepa', { country: 'DE', currency: 'EUR' });
    const session = await startSession(server, swiss, { requireDirectDebitSignature: true });
    const token = await beginRequest(server, session);
    const sepa = { accountHolder: 'Ada', iban: 'DE00', bic: 'X', mandateAccepted: false };
    const body = { paymentMethod: 'SEPA', sepa };
    assertTold(await callGateway(server, session, 'POST', `/payments/${token}`, { body }), [
      ['iban.invalid', 'sepa.iban'],
      ['bic.invalid', 'sepa.bic'],
      ['mandate.signature.required', 'sepa.signature'],
      ['mandate.not.accepted', 'sepa.mandateAccepted'],
    ]);
  });

  it('an operation of a batch, and a JSON Patch', async () => {
    const { id } = await createRecord(server, acme);
    const operations = [
      { method: 'POST', body: recordBody(acme, { type: 'cash', name: 1 }) },
      { method: 'PATCH', id, body: [{ op: 'put', path: 'name' }] },
      {
        method: 'PATCH',
        id,
        body: [
          { op: 'remove', path: '/name' },
          { op: 'add', path: '/type', value: 1 },
        ],
      },
    ];
    const { body } = await server.call('POST', `/storedPaymentMethods/${acme.tenantId}/batch`, {
      headers: bearer(acme),
      body: { operations },
    });
    assert.deepEqual(
      body.results.map(({ error }: any) => told(error)),
      [
        [
          ['validation.type', 'name'],
          ['validation.allowed.values', 'type'],
        ],
        [
          ['validation.allowed.values', '[0].op'],
          ['validation.format', '[0].path'],
        ],
        [
          ['validation.required', 'name'],
          ['validation.type', 'type'],
        ],
      ],
    );
  });

  it('each operation of a batch, the first ten, however many a hundred of them have', async () => {
    const body = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`field_${n}`, 1]));
    const operations = Array.from({ length: 100 }, () => ({ method: 'POST', body }));
    const answer = await server.call('POST', `/storedPaymentMethods/${acme.tenantId}/batch`, {
      headers: { ...bearer(acme), 'accept-language': 'ru' },
      body: { operations },
    });
    assert.equal(answer.body.error_count, 100);
    for (const { error } of answer.body.results) assert.equal(told(error).length, 10);
  });

  it('the token endpoint, in the one text that its standard has', async () => {
    const { status, body } = await server.call('POST', '/oauth/token', { body: { client_id: 7 } });
    assert.deepEqual([status, body.error], [400, 'invalid_request']);
    assert.match(body.error_description, /client_id: .* grant_type: |grant_type: .* client_id: /);
  });

  it('the settings of a tenant', async () => {
    const headers = keyHeader(acme);
    const { body: settings } = await server.call('GET', `/tenants/${acme.tenantId}/settings`, { headers });
    const answer = await server.call('PUT', `/tenants/${acme.tenantId}/settings`, {
      headers,
      body: { ...settings, locale: 'xx', country: 'UK', allowedOrigins: ['https://a.example', 'b', 'c'] },
    });
    assertTold(answer, [
      ['validation.format', 'locale'],
      ['validation.format', 'country'],
      ['validation.format', 'allowedOrigins[1]'],
      ['validation.format', 'allowedOrigins[2]'],
    ]);
  });
});
