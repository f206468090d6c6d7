import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { assertOk, callGateway, readInstrument, readSession, withNewCustomer } from './harness/gateway.ts';
import { bill, entries, tenantWithEveryChoice } from './harness/instruments.ts';
import { beginRequest, getRecord, putRecord, replaceInstrument, startSession } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let club: TestTenant;

before(async () => {
  server = await startTestServer();
  club = await tenantWithEveryChoice(server, 'club', { country: 'DE', currency: 'EUR' });
});

after(() => server.stop());

const withToken = (tenant: TestTenant, token: string) => ({
  merchant_account_tokens: [{ merchant_account_id: tenant.merchantAccountId, token }],
});

/** Changes some fields of a record by a PUT of the whole. */
async function change(tenant: TestTenant, id: string, fields: object): Promise<void> {
  const { body: record } = await getRecord(server, tenant, id);
  assertOk(await putRecord(server, tenant, { ...record, ...fields }));
}

type Offered = { paymentInstrumentToken: string; paymentChoice: string; details: object }[];

/** A session of the customer's with what it offers. */
async function offer(tenant: TestTenant, overrides: object = {}) {
  const session = await startSession(server, tenant, overrides);
  const offered: Offered = (await readSession(server, session)).body.existingPaymentInstruments;
  return { session, offered };
}

/** Picks the only instrument on offer; answers the payment request's token. */
async function pickOnly(tenant: TestTenant): Promise<string> {
  const { session, offered } = await offer(tenant);
  const [only, ...more] = offered;
  assert.ok(only);
  assert.deepEqual(more, []);
  const token = await beginRequest(server, session);
  const { paymentChoice: paymentMethod, paymentInstrumentToken } = only;
  const body = { paymentMethod, paymentInstrumentToken };
  assertOk(await callGateway(server, session, 'POST', `/payments/${token}`, { body }));
  return token;
}

describe('a bank account whose record is changed by the Records API', () => {
  it('keeps its mandate and what is known of it as long as the number stays', async () => {
    const ada = await withNewCustomer(server, club);
    const { match: _, ...billed } = await bill(server, ada, entries.SEPA);
    const id = billed.storedPaymentMethodId;
    await change(ada, id, { name: 'Rent', billing_address: { city: 'Köln' }, ...withToken(ada, 'moved-elsewhere') });
    assert.deepEqual((await readInstrument(server, ada)).body, { ...billed, sysVersion: 2 });
  });

  it('loses both with the number, and is offered to nobody, because nothing allows to debit it', async () => {
    for (const choice of ['SEPA', 'BACS', 'ACH', 'PAYPAL', 'IDEAL'] as const) {
      const ada = await withNewCustomer(server, club);
      const { storedPaymentMethodId: id } = await bill(server, ada, entries[choice]);
      await change(ada, id, { last_four_digits: '7777', ...withToken(ada, 'tok_other') });
      const { body: shown } = await readInstrument(server, ada);
      assert.equal(shown.mandate, undefined);
      assert.deepEqual(
        [shown.paymentChoice, shown.details],
        ['SEPA', { sepa: { bankAccountDetails: { accountHolder: 'Ada Test', iban: '****7777' } } }],
      );
      assert.deepEqual((await offer(ada)).offered, []);
      assert.equal((await bill(server, ada, entries[choice])).match, 'NEW_METHOD');
    }
  });

  it('is shown as what the record has become', async () => {
    const usa = await tenantWithEveryChoice(server, 'usa', { country: 'US', currency: 'USD' });
    for (const [tenant, choice, field] of [
      [club, 'SEPA', 'sepa'],
      [usa, 'ACH', 'ach'],
    ] as const) {
      const ada = await withNewCustomer(server, tenant);
      const { storedPaymentMethodId: id } = await bill(server, ada, entries.CREDIT_CARD);
      const check = { type: 'electronic check', credit_card_type: 'other', expires: undefined };
      await change(ada, id, { ...check, ...withToken(ada, 'tok_check') });
      const { body: shown } = await readInstrument(server, ada);
      assert.deepEqual([shown.paymentChoice, Object.keys(shown.details)], [choice, [field]]);
      await change(ada, id, { type: 'credit card', credit_card_type: 'visa', ...withToken(ada, 'tok_card') });
      assert.equal((await readInstrument(server, ada)).body.paymentChoice, 'CREDIT_CARD');
    }
  });
});

describe('a bank account that was picked', () => {
  const refused = async (tenant: TestTenant, token: string): Promise<void> => {
    const answer = await replaceInstrument(server, tenant, token);
    assertRefused(answer, 409, 'payment.instrument.changed', 'paymentRequestToken');
  };

  it('is not billed once its record holds another', async () => {
    const ada = await withNewCustomer(server, club);
    const { storedPaymentMethodId: id } = await bill(server, ada, entries.SEPA);
    const token = await pickOnly(ada);
    await change(ada, id, { last_four_digits: '7777', ...withToken(ada, 'tok_other') });
    await refused(ada, token);
  });

  it('is not billed once another instrument took its record over', async () => {
    const ada = await withNewCustomer(server, club);
    await bill(server, ada, entries.PAYPAL, 'ada');
    const token = await pickOnly(ada);
    await bill(server, ada, entries.PAYPAL, 'grace');
    await refused(ada, token);
  });

  it('is not billed without the mandate that it had, as after it was another contact’s', async () => {
    const [ada, grace] = [await withNewCustomer(server, club), await withNewCustomer(server, club)];
    const { storedPaymentMethodId: id } = await bill(server, ada, entries.SEPA);
    await bill(server, ada, entries.CASH);
    const token = await pickOnly(ada);
    await change(ada, id, { contact_id: grace.contactId });
    await refused(ada, token);
    assert.deepEqual((await offer(grace)).offered, []);
    await change(ada, id, { contact_id: ada.contactId });
    await refused(ada, token);
    assert.deepEqual((await offer(ada)).offered, []);
  });

  it('is billed though its record was renamed, and again as often as it is picked', async () => {
    const ada = await withNewCustomer(server, club);
    const { storedPaymentMethodId: id, mandate } = await bill(server, ada, entries.SEPA);
    const token = await pickOnly(ada);
    await change(ada, id, { name: 'Rent' });
    const answer = await replaceInstrument(server, ada, token);
    assertOk(answer);
    assert.deepEqual([answer.body.sysVersion, answer.body.mandate], [3, mandate]);
  });

  it('is picked as what it is, by its own customer, in the session that offered it', async () => {
    const [ada, grace] = [await withNewCustomer(server, club), await withNewCustomer(server, club)];
    await bill(server, ada, entries.SEPA);
    const { session, offered } = await offer(ada);
    const paymentInstrumentToken = offered[0]?.paymentInstrumentToken;
    const pick = async (inSession: string, body: object) => {
      const token = await beginRequest(server, inSession);
      return callGateway(server, inSession, 'POST', `/payments/${token}`, {
        body: { paymentInstrumentToken, ...body },
      });
    };
    assertRefused(await pick(session, { paymentMethod: 'CREDIT_CARD' }), 400, 'validation.value', 'paymentMethod');
    assertRefused(await pick(session, { ...entries.SEPA }), 400, 'validation.exclusive', 'paymentInstrumentToken');
    const notFound = ['payment.instrument.not.found', 'paymentInstrumentToken'] as const;
    for (const tenant of [ada, grace]) {
      const elsewhere = await startSession(server, tenant);
      assertRefused(await pick(elsewhere, { paymentMethod: 'SEPA' }), 404, ...notFound);
    }
    assert.equal((await pick(session, { paymentMethod: 'SEPA' })).body.status, 'PREAUTHED');
  });

  it('is offered by the sessions that permit its choice', async () => {
    const ada = await withNewCustomer(server, club);
    await bill(server, ada, entries.SEPA);
    await bill(server, ada, entries.CREDIT_CARD);
    const choicesOf = async (overrides: object) =>
      (await offer(ada, overrides)).offered.map(({ paymentChoice }) => paymentChoice).toSorted();
    assert.deepEqual(await choicesOf({}), ['CREDIT_CARD', 'SEPA']);
    assert.deepEqual(await choicesOf({ permittedPaymentChoices: ['SEPA', 'CASH'] }), ['SEPA']);
    assert.deepEqual(await choicesOf({ permittedPaymentChoices: ['PAYPAL'] }), []);
    assert.deepEqual(await choicesOf({ showExistingPaymentInstruments: false }), []);
  });
});
