import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { assertOk, callGateway, numbersOf, useCard, withNewCustomer } from './harness/gateway.ts';
import {
  amex,
  beginRequest,
  cardEntry,
  getRecord,
  putRecord,
  startSession,
  submitCard,
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

type Case = [field: string, value: unknown, code: string];

const cardCases: Case[] = [
  ['cardNumber', undefined, 'validation.required'],
  ['cardNumber', '', 'validation.required'],
  ['cardNumber', null, 'validation.type'],
  ['cardNumber', 4242424242424242, 'validation.type'],
  ['cardNumber', '4242', 'validation.length'],
  ['cardNumber', `${visa}${' '.repeat(25)}`, 'validation.length'],
  ['cardNumber', '4242424242424241', 'card.number.invalid'],
  ['cardNumber', '424242424242424', 'card.number.invalid'],
  ['cardNumber', '9999999999999995', 'card.number.invalid'],
  ['cardNumber', '4242x4242424242424', 'card.number.invalid'],
  ['cardNumber', '4539578763621486', 'card.number.not.test'],
  ['cardHolder', undefined, 'validation.required'],
  ['cardHolder', '', 'validation.required'],
  ['cardHolder', '  ', 'validation.required'],
  ['cardHolder', 'x'.repeat(201), 'validation.length'],
  ['cardHolder', ['Ada'], 'validation.type'],
  ['cardHolder', '4242 4242 4242 4242', 'card.number.found'],
  ['cardHolder', 'Ada\u0000', 'validation.encoding'],
  ['expiryMonth', undefined, 'validation.required'],
  ['expiryMonth', 0, 'validation.range'],
  ['expiryMonth', 13, 'validation.range'],
  ['expiryMonth', 1.5, 'validation.type'],
  ['expiryMonth', '12', 'validation.type'],
  ['expiryYear', undefined, 'validation.required'],
  ['expiryYear', 34, 'validation.range'],
  ['expiryYear', 2100, 'validation.range'],
  ['expiryYear', '2034', 'validation.type'],
  ['expiryYear', 2020, 'card.expired'],
  ['securityCode', undefined, 'validation.required'],
  ['securityCode', '', 'validation.required'],
  ['securityCode', '12', 'validation.format'],
  ['securityCode', '12345', 'validation.format'],
  ['securityCode', '12a', 'validation.format'],
  ['securityCode', '１２３', 'validation.format'],
  ['securityCode', 123, 'validation.type'],
  ['securityCode', '1234', 'card.security.code.invalid'],
  ['pin', '1234', 'validation.unknown.field'],
];

const addressCases: Case[] = [
  ['line1', '', 'validation.required'],
  ['line1', 17, 'validation.type'],
  ['line1', 'x'.repeat(301), 'validation.length'],
  ['line2', '4242 4242 4242 4242', 'card.number.found'],
  ['postalCode', 'x'.repeat(33), 'validation.length'],
  ['country', 'gb', 'validation.format'],
  ['country', 'GBR', 'validation.format'],
  ['country', 'ZZ', 'validation.format'],
  ['postal_code', 'N1', 'validation.unknown.field'],
];

const submission = { paymentMethod: 'CREDIT_CARD', creditCard: cardEntry(visa) };
const bodyCases: [body: unknown, code: string, reference?: string][] = [
  [undefined, 'validation.required', 'paymentMethod'],
  [{}, 'validation.required', 'paymentMethod'],
  [[], 'validation.type'],
  [{ ...submission, paymentMethod: 'credit card' }, 'validation.allowed.values', 'paymentMethod'],
  [{ ...submission, paymentMethod: 5 }, 'validation.type', 'paymentMethod'],
  [{ ...submission, paymentMethod: 'CASH' }, 'payment.choice.not.permitted', 'paymentMethod'],
  [{ ...submission, paymentMethod: 'PAYPAL' }, 'validation.exclusive', 'creditCard'],
  [{ ...submission, returnUrl: 'https://elsewhere.example/' }, 'return.url.not.allowed', 'returnUrl'],
  [{ paymentMethod: 'CREDIT_CARD' }, 'validation.required', 'creditCard'],
  [{ paymentMethod: 'CREDIT_CARD', creditCard: null }, 'validation.required', 'creditCard'],
  [{ paymentMethod: 'CREDIT_CARD', creditCard: visa }, 'validation.type', 'creditCard'],
  [{ paymentMethod: 'CREDIT_CARD', creditCard: [] }, 'validation.type', 'creditCard'],
  [{ ...submission, paymentInstrumentToken: 'pit_x' }, 'validation.exclusive', 'paymentInstrumentToken'],
  [{ paymentMethod: 'CREDIT_CARD', paymentInstrumentToken: 5 }, 'validation.type', 'paymentInstrumentToken'],
  [{ ...submission, saveCard: true }, 'validation.unknown.field', 'saveCard'],
  [{ ...submission, billingAddress: 'London' }, 'validation.type', 'billingAddress'],
];

describe('a submission that cannot be right', () => {
  it('is 400 naming the field, echoes nothing of the card, and leaves the request open', async () => {
    const ada = await withNewCustomer(server, acme);
    const session = await startSession(server, ada);
    const token = await beginRequest(server, session);
    const submit = (body: unknown): Promise<Answer> =>
      callGateway(server, session, 'POST', `/payments/${token}`, { body });
    const cases: [body: unknown, code: string, reference?: string][] = [
      ...bodyCases,
      ...cardCases.map(([field, value, code]): [unknown, string, string] => [
        { ...submission, creditCard: cardEntry(visa, { [field]: value }) },
        code,
        `creditCard.${field}`,
      ]),
      ...addressCases.map(([field, value, code]): [unknown, string, string] => [
        { ...submission, billingAddress: { [field]: value } },
        code,
        `billingAddress.${field}`,
      ]),
      [
        { ...submission, creditCard: cardEntry(amex, { securityCode: '123' }) },
        'card.security.code.invalid',
        'creditCard.securityCode',
      ],
    ];
    for (const [body, code, reference] of cases) {
      const answer = await submit(body);
      assertRefused(answer, 400, code, reference);
      const { traceId: _, ...told } = answer.body;
      assert.doesNotMatch(JSON.stringify(told), /4242|Ada|"123"/);
    }
    assert.deepEqual(await numbersOf(server, ada.customerId), []);
    assert.equal((await submit(submission)).body.status, 'PREAUTHED');
  });

  it('tells when the card expired', async () => {
    const session = await startSession(server, acme);
    const token = await beginRequest(server, session);
    const { body } = await submitCard(server, session, token, visa, { expiryMonth: 2, expiryYear: 2024 });
    assert.deepEqual(body.typedArgs, [{ type: 'DATE', value: { value: '2024-02-29' } }]);
    assert.deepEqual(body.args, ['February 29, 2024']);
  });

  it('is refused before the instrument is looked at when the path’s token is nonsense', async () => {
    const session = await startSession(server, acme);
    for (const token of ['x', '%00', 'x'.repeat(400), '..%2F..']) {
      const { status, body } = await callGateway(server, session, 'POST', `/payments/${token}`, { body: submission });
      assert.ok(status === 404 || status === 400, `${token}: ${status} ${body.errorCode}`);
    }
  });
});

describe('a submission that is right in another spelling', () => {
  it('is taken: spaces, dashes and digits of other scripts in the number, null for what is absent', async () => {
    for (const cardNumber of [
      '4242 4242 4242 4242',
      '4242-4242-4242-4242',
      '４２４２４２４２４２４２４２４２',
      ` ${visa} `,
    ]) {
      const session = await startSession(server, acme);
      const token = await beginRequest(server, session);
      const { body } = await callGateway(server, session, 'POST', `/payments/${token}`, {
        body: { ...submission, creditCard: cardEntry(cardNumber, { securityCode: '123' }), billingAddress: null },
      });
      assert.equal(body.paymentInstrumentDetails?.creditCard.cardNumber, '************4242', cardNumber);
    }
  });
});

describe('whatever the component can enter', () => {
  it('makes a record that the Records API takes back as it is', async () => {
    const longest = { line1: 'x'.repeat(300), city: 'y'.repeat(200), postalCode: 'z'.repeat(32), country: 'XK' };
    const ada = await withNewCustomer(server, acme);
    const { storedPaymentMethodId: id } = await useCard(
      server,
      ada,
      '36227206271667',
      { cardHolder: 'Ä'.repeat(200), expiryMonth: 12, expiryYear: 2099 },
      longest,
    );
    const { body: record } = await getRecord(server, ada, id);
    assert.deepEqual(
      [record.credit_card_type, record.name, record.expires],
      ['other', 'Diners Club 1667', '2099-12-31'],
    );
    assertOk(await putRecord(server, ada, record));
  });
});
