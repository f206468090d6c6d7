import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { assertOk, callGateway, useCard, withNewCustomer } from './harness/gateway.ts';
import { beginRequest, keyHeader, replaceInstrument, startSession, visa } from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme', {
    country: 'DE',
    currency: 'EUR',
    permittedPaymentChoices: { MEMBER_ACCOUNT: ['SEPA', 'BACS', 'CREDIT_CARD', 'CASH'], ECOM: null },
  });
});

after(() => server.stop());

const read = (tenant: TestTenant, customerId: number | string = tenant.customerId): Promise<Answer> =>
  server.call('GET', `/v1/customers/${customerId}/self-service/payment-data`, { headers: keyHeader(tenant) });

/** A new customer whose account bills what the body describes. */
async function payingBy(body: object): Promise<TestTenant> {
  const ada = await withNewCustomer(server, acme);
  const session = await startSession(server, ada);
  const token = await beginRequest(server, session);
  assertOk(await callGateway(server, session, 'POST', `/payments/${token}`, { body }));
  assertOk(await replaceInstrument(server, ada, token));
  return ada;
}

const iban = 'DE89370400440532013000';
const sepa = { accountHolder: 'Ada Test', iban, mandateAccepted: true };

describe('a customer’s own payment data', () => {
  it('is the bank account that the account bills, its IBAN masked', async () => {
    const ada = await payingBy({ paymentMethod: 'SEPA', sepa: { ...sepa, bic: 'COBADEFFXXX' } });
    const answer = await read(ada);
    assertOk(answer);
    const { iban: shown, ...rest } = answer.body;
    assert.deepEqual(rest, { accountHolder: 'Ada Test', bic: 'COBADEFFXXX' });
    assert.match(shown, /^DE89.*3000$/);
    assert.ok(!JSON.stringify(answer.body).includes(iban.slice(4, -4)));
    const one = await server.call('GET', `/v1/customers/${ada.customerId}`, { headers: keyHeader(ada) });
    assert.deepEqual(one.body.bankAccount, answer.body);
    const all = await server.call('GET', '/v1/customers?sliceSize=500', { headers: keyHeader(ada) });
    const listed = all.body.result.find((customer: { id: number }) => customer.id === ada.customerId);
    assert.deepEqual(listed, one.body);
    const cards = all.body.result.filter((customer: { bankAccount?: object }) => !customer.bankAccount);
    assert.ok(cards.length > 0);
  });

  it('names no bank that was not entered', async () => {
    const { body } = await read(await payingBy({ paymentMethod: 'SEPA', sepa }));
    assert.deepEqual(Object.keys(body).toSorted(), ['accountHolder', 'iban']);
  });

  it('is the holder alone where the account has no IBAN', async () => {
    const bacs = {
      accountHolder: 'Ada Test',
      sortCode: '089999',
      accountNumber: '66374958',
      email: 'ada@test.example',
    };
    const ada = await payingBy({ paymentMethod: 'BACS', bacs: { ...bacs, mandateAccepted: true } });
    assert.deepEqual((await read(ada)).body, { accountHolder: 'Ada Test' });
  });

  it('is empty when the account bills no bank account', async () => {
    assert.deepEqual((await read(await withNewCustomer(server, acme))).body, {});
    const ada = await withNewCustomer(server, acme);
    await useCard(server, ada, visa);
    assert.deepEqual((await read(ada)).body, {});
    assert.deepEqual((await read(await payingBy({ paymentMethod: 'CASH', cash: {} }))).body, {});
  });

  it('is refused for an unknown customer, another tenant’s, and without the scope', async () => {
    const other = await server.tenant('other');
    assertRefused(await read(acme, 999_999_999), 404, 'customer.not.found', 'customerId');
    assertRefused(await read(acme, other.customerId), 404, 'customer.not.found', 'customerId');
    assertRefused(await read(acme, 'abc'), 400, 'validation.type', 'customerId');
    const clerk = await server.tenant('clerk', { scopes: ['CUSTOMER_READ', 'CUSTOMER_ACCOUNT_READ'] });
    assertRefused(await read(clerk), 403, 'permission.denied');
  });
});
