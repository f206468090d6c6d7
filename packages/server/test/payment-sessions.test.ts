import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused, assertSameRefusal } from './harness/assert-refused.ts';
import { assertOk, readSession, useCard, withNewCustomer } from './harness/gateway.ts';
import { query, tablesHolding } from './harness/look-inside.ts';
import { beginRequest, createRecord, keyHeader, startSession, submitCard, visa } from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;
let other: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
  other = await server.tenant('other', { currency: 'CHF', country: 'CH', locale: 'de-CH' });
});

after(() => server.stop());

const least = { amount: 0, scope: 'MEMBER_ACCOUNT', referenceText: 'Membership' };

const create = (body: unknown, tenant = acme): Promise<Answer> =>
  server.call('POST', '/v1/payments/user-session', { headers: keyHeader(tenant), body });

const countSessions = async (): Promise<number> => {
  const [row] = await query<{ count: number }>(server, 'SELECT count(*)::int AS count FROM user_payment_sessions');
  return row?.count ?? 0;
};

describe('creating a user payment session', () => {
  it('answers a token, its end in 30 minutes, and the person', async () => {
    const at = server.clock.now().getTime();
    const { status, body } = await create({ ...least, customerId: acme.customerId });
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body).toSorted(), ['finionPayCustomerId', 'token', 'tokenValidUntil']);
    assert.match(body.token, /^ups_acme\.[0-9A-Za-z]{22}_[0-9A-Za-z]{43}$/);
    assert.match(body.tokenValidUntil, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const minutes = (Date.parse(body.tokenValidUntil) - at) / 60_000;
    assert.ok(minutes >= 30 && minutes < 31);
    const { body: customer } = await server.call('GET', `/v1/customers/${acme.customerId}`, {
      headers: keyHeader(acme),
    });
    assert.equal(body.finionPayCustomerId, customer.uuid);
  });

  it('takes every field, and null for one that is not known', async () => {
    const whole = {
      ...least,
      customerId: acme.customerId,
      permittedPaymentChoices: ['SEPA', 'CREDIT_CARD'],
      requireDirectDebitSignature: true,
      showExistingPaymentInstruments: false,
    };
    assertOk(await create(whole));
    const unknown = {
      customerId: null,
      finionPayCustomerId: null,
      permittedPaymentChoices: null,
      requireDirectDebitSignature: null,
      showExistingPaymentInstruments: null,
    };
    assertOk(await create({ ...least, ...unknown }));
  });

  it('names the field that is wrong, and creates nothing', async () => {
    const earlier = await countSessions();
    const cases: [field: string, value: unknown, code: string, reference?: string][] = [
      ['amount', undefined, 'validation.required'],
      ['amount', null, 'validation.type'],
      ['amount', '0', 'validation.type'],
      ['amount', -0.01, 'validation.range'],
      ['amount', 1e15, 'validation.range'],
      ['scope', undefined, 'validation.required'],
      ['scope', 'member_account', 'validation.allowed.values'],
      ['scope', ['ECOM'], 'validation.type'],
      ['referenceText', undefined, 'validation.required'],
      ['referenceText', 'x'.repeat(141), 'validation.length'],
      ['referenceText', 17, 'validation.type'],
      ['referenceText', 'card 4242 4242 4242 4242', 'card.number.found'],
      ['referenceText', 'a\u0000', 'validation.encoding'],
      ['customerId', '100001', 'validation.type'],
      ['customerId', 1.5, 'validation.type'],
      ['customerId', true, 'validation.type'],
      ['finionPayCustomerId', 'nobody', 'validation.format'],
      ['finionPayCustomerId', 'urn:uuid:0b0e7f3a-3c1f-4f5e-9d41-0a2f6f1f8a11', 'validation.format'],
      ['finionPayCustomerId', '{0b0e7f3a-3c1f-4f5e-9d41-0a2f6f1f8a11}', 'validation.format'],
      ['finionPayCustomerId', 5, 'validation.type'],
      ['permittedPaymentChoices', 'CREDIT_CARD', 'validation.type'],
      ['permittedPaymentChoices', ['CREDIT_CARD', 'CREDIT_CARD'], 'validation.duplicate'],
      ['permittedPaymentChoices', ['CHEQUE'], 'validation.allowed.values', 'permittedPaymentChoices[0]'],
      ['permittedPaymentChoices', [null], 'validation.type', 'permittedPaymentChoices[0]'],
      ['requireDirectDebitSignature', 'yes', 'validation.type'],
      ['showExistingPaymentInstruments', 0, 'validation.type'],
      ['currency', 'GBP', 'validation.unknown.field'],
    ];
    for (const [field, value, code, reference = field] of cases) {
      assertRefused(await create({ ...least, [field]: value }), 400, code, reference);
    }
    assertRefused(await create([least]), 400, 'validation.type');
    assert.equal(await countSessions(), earlier);
  });

  it('refuses numbers that JSON cannot carry exactly', async () => {
    const text = (fields: string): Promise<Answer> =>
      server.call('POST', '/v1/payments/user-session', {
        headers: { ...keyHeader(acme), 'content-type': 'application/json' },
        body: `{"scope":"MEMBER_ACCOUNT","referenceText":"x",${fields}}`,
      });
    for (const id of ['9007199254740993', '9223372036854775807', '1e20', '-9007199254740993']) {
      assertRefused(await text(`"amount":0,"customerId":${id}`), 400, 'validation.range', 'customerId');
    }
    assertRefused(await text('"amount":1e400'), 400, 'validation.value', 'amount');
    assertOk(await text(`"amount":0.0,"customerId":${acme.customerId}.0`));
  });

  it('is 404 for a customer of another tenant, as for one that does not exist', async () => {
    const absent = await create({ ...least, customerId: 999_999_999 });
    assertRefused(absent, 404, 'customer.not.found', 'customerId');
    for (const customerId of [other.customerId, 0, -1, Number.MAX_SAFE_INTEGER]) {
      assertSameRefusal(await create({ ...least, customerId }), absent);
    }
  });

  it('needs the scope PAYMENT_WRITE', async () => {
    const reader = await server.tenant('reader', { scopes: ['CUSTOMER_READ'] });
    assertRefused(await create(least, reader), 403, 'permission.denied');
  });
});

describe('a person who is no customer yet', () => {
  const person = '0b0e7f3a-3c1f-4f5e-9d41-0a2f6f1f8a11';

  it('gets an id, and is the same person in a later session', async () => {
    const { body } = await create(least);
    assert.match(body.finionPayCustomerId, /^[0-9a-f-]{36}$/);
    const again = await create({ ...least, finionPayCustomerId: body.finionPayCustomerId.toUpperCase() });
    assert.equal(again.body.finionPayCustomerId, body.finionPayCustomerId);
  });

  it('may bring an id of the caller’s own, in every tenant another person', async () => {
    for (const tenant of [acme, other]) {
      const { body } = await create({ ...least, finionPayCustomerId: person }, tenant);
      assert.equal(body.finionPayCustomerId, person);
    }
  });

  it('is not named together with a customer, and is none', async () => {
    const both = { ...least, customerId: acme.customerId, finionPayCustomerId: person };
    assertRefused(await create(both), 400, 'session.customer.exclusive', 'finionPayCustomerId');
    const { body } = await create({ ...least, customerId: acme.customerId });
    const asPerson = await create({ ...least, finionPayCustomerId: body.finionPayCustomerId });
    assertRefused(asPerson, 400, 'validation.value', 'finionPayCustomerId');
  });
});

describe('a session as the component sees it', () => {
  it('tells scope, amount, the tenant’s country, currency and locale, and what is permitted', async () => {
    const session = await startSession(server, other, {
      scope: 'ECOM',
      amount: 12.34,
      requireDirectDebitSignature: true,
    });
    const { body } = await readSession(server, session);
    assert.deepEqual(body, {
      scope: 'ECOM',
      amount: 12.34,
      currency: 'CHF',
      countryCode: 'CH',
      locale: 'de-CH',
      permittedPaymentChoices: ['CREDIT_CARD', 'TWINT', 'PAYPAL'],
      existingPaymentInstruments: [],
      requireDirectDebitSignature: true,
      mandates: [],
      tokenValidUntil: body.tokenValidUntil,
    });
  });

  it('offers no card when cards are filtered out, neither to enter nor to pick', async () => {
    const ada = await withNewCustomer(server, acme);
    await useCard(server, ada, visa);
    for (const permittedPaymentChoices of [['SEPA'], []]) {
      const { body } = await readSession(server, await startSession(server, ada, { permittedPaymentChoices }));
      assert.deepEqual([body.permittedPaymentChoices, body.existingPaymentInstruments], [[], []]);
    }
  });

  it('lists the customer’s own cards, masked; not the expired, the locked, or another customer’s', async () => {
    const ada = await withNewCustomer(server, acme);
    const grace = await withNewCustomer(server, acme);
    await useCard(server, ada, visa);
    await createRecord(server, ada, { last_four_digits: '1111', expires: '2020-01' });
    await createRecord(server, ada, { last_four_digits: '2222', sys_locked: true });
    await createRecord(server, ada, { type: 'electronic check', credit_card_type: 'other', last_four_digits: '3333' });
    await createRecord(server, grace, { last_four_digits: '4444' });
    const { body } = await readSession(server, await startSession(server, ada));
    const [only, ...more] = body.existingPaymentInstruments;
    assert.deepEqual(more, []);
    assert.deepEqual(only, {
      paymentInstrumentToken: only.paymentInstrumentToken,
      paymentChoice: 'CREDIT_CARD',
      validity: 'valid',
      details: {
        creditCard: { brand: 'visa', cardHolder: 'Ada Test', cardNumber: '************4242', expiry: '12/2034' },
      },
    });
    const hidden = await startSession(server, ada, { showExistingPaymentInstruments: false });
    assert.deepEqual((await readSession(server, hidden)).body.existingPaymentInstruments, []);
  });

  it('offers no more than its tenant permits for its scope', async () => {
    const strict = await server.tenant('strict', { permittedPaymentChoices: { MEMBER_ACCOUNT: ['CASH'], ECOM: null } });
    const forAccount = await startSession(server, strict);
    assert.deepEqual((await readSession(server, forAccount)).body.permittedPaymentChoices, ['CASH']);
    const token = await beginRequest(server, forAccount);
    assertRefused(
      await submitCard(server, forAccount, token, visa),
      400,
      'payment.choice.not.permitted',
      'paymentMethod',
    );
    const forPurchase = await startSession(server, strict, { scope: 'ECOM' });
    assert.deepEqual((await readSession(server, forPurchase)).body.permittedPaymentChoices, ['CREDIT_CARD', 'PAYPAL']);
  });

  it('is kept without its token in clear', async () => {
    const session = await startSession(server, acme);
    const secret = session.slice(session.lastIndexOf('_') + 1);
    assert.deepEqual(await tablesHolding(server, secret), []);
  });
});
