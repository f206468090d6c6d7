import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import {
  assertOk,
  authenticate,
  pick,
  pickCard,
  readPayment,
  readSession,
  submitInSession,
  useCard,
  withNewCustomer,
} from './harness/gateway.ts';
import {
  beginRequest,
  createRecord,
  getRecord,
  mastercard,
  putRecord,
  replaceInstrument,
  startSession,
  visa,
} from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
});

after(() => server.stop());

const recordOf = async (tenant: TestTenant, id: string) => (await getRecord(server, tenant, id)).body;

describe('a picked instrument', () => {
  it('keeps everything that it is, and is renewed as the account’s', async () => {
    const ada = await withNewCustomer(server, acme);
    const record = await createRecord(server, ada, {
      billing_address: { city: 'Leeds' },
      custom_field_values: [{ custom_field_id: 'a__c', boolean_value: true }],
      payrix_migrated: true,
    });
    const token = await pickCard(server, ada, '4242');
    assertOk(await replaceInstrument(server, ada, token));
    const { sys_version: version, ...renewed } = await recordOf(ada, record.id);
    assert.equal(version, 2);
    for (const field of ['name', 'billing_address', 'custom_field_values', 'merchant_account_tokens', 'expires']) {
      assert.deepEqual(renewed[field], record[field], field);
    }
    assert.equal(renewed.payrix_migrated, true);
  });

  it('that holds another card by now is not billed: the customer was shown the earlier one', async () => {
    const ada = await withNewCustomer(server, acme);
    await useCard(server, ada, visa);
    const token = await pickCard(server, ada, '4242');
    await useCard(server, ada, mastercard);
    assertRefused(
      await replaceInstrument(server, ada, token),
      409,
      'payment.instrument.changed',
      'paymentRequestToken',
    );
  });

  it('that became another card after it was shown cannot be picked by what it was shown as', async () => {
    const ada = await withNewCustomer(server, acme);
    await useCard(server, ada, visa);
    const session = await startSession(server, ada);
    const offered = async () => (await readSession(server, session)).body.existingPaymentInstruments[0];
    const shown = await offered();
    const token = await beginRequest(server, session);
    await useCard(server, ada, mastercard);
    const refused = await pick(server, session, token, shown.paymentInstrumentToken);
    assertRefused(refused, 404, 'payment.instrument.not.found', 'paymentInstrumentToken');
    const now = await offered();
    assert.match(now.details.creditCard.cardNumber, /4444$/);
    assertOk(await pick(server, session, token, now.paymentInstrumentToken));
  });

  it('may have been renamed since it was shown', async () => {
    const ada = await withNewCustomer(server, acme);
    const record = await createRecord(server, ada);
    const session = await startSession(server, ada);
    const [shown] = (await readSession(server, session)).body.existingPaymentInstruments;
    const token = await beginRequest(server, session);
    assertOk(await putRecord(server, ada, { ...record, name: 'Renamed', expires: '2035-01-31' }));
    assertOk(await pick(server, session, token, shown.paymentInstrumentToken));
    assertOk(await replaceInstrument(server, ada, token));
  });

  it('may have been renewed or renamed meanwhile', async () => {
    const ada = await withNewCustomer(server, acme);
    const record = await createRecord(server, ada);
    const [first, second] = [await pickCard(server, ada, '4242'), await pickCard(server, ada, '4242')];
    assertOk(await putRecord(server, ada, { ...record, name: 'Renamed' }));
    assertOk(await replaceInstrument(server, ada, first));
    assertOk(await replaceInstrument(server, ada, second));
  });

  it('is shown the same whenever its request is asked for', async () => {
    const ada = await withNewCustomer(server, acme);
    await createRecord(server, ada);
    const session = await startSession(server, ada);
    const [offered] = (await readSession(server, session)).body.existingPaymentInstruments;
    const token = await beginRequest(server, session);
    const picked = await pick(server, session, token, offered.paymentInstrumentToken);
    assert.deepEqual(picked.body, { status: 'PREAUTHED', paymentInstrumentDetails: offered.details });
    assert.deepEqual((await readPayment(server, session, token)).body, picked.body);
    assert.deepEqual((await authenticate(server, session, token)).body, picked.body);
  });

  it('that is no card any more is not billed as one', async () => {
    const ada = await withNewCustomer(server, acme);
    const record = await createRecord(server, ada);
    const token = await pickCard(server, ada, '4242');
    const account = { merchant_account_id: acme.merchantAccountId, token: 'mandate' };
    assertOk(
      await putRecord(server, ada, {
        ...record,
        type: 'electronic check',
        credit_card_type: 'other',
        merchant_account_tokens: [account],
      }),
    );
    const answer = await replaceInstrument(server, ada, token);
    assertRefused(answer, 409, 'payment.instrument.changed', 'paymentRequestToken');
  });

  it('that was moved to another contact meanwhile is not taken from there', async () => {
    const ada = await withNewCustomer(server, acme);
    const grace = await withNewCustomer(server, acme);
    const record = await createRecord(server, ada);
    const token = await pickCard(server, ada, '4242');
    assertOk(await putRecord(server, grace, { ...record, contact_id: grace.contactId }));
    const answer = await replaceInstrument(server, ada, token);
    assertRefused(answer, 409, 'payment.instrument.changed', 'paymentRequestToken');
    assert.equal((await recordOf(ada, record.id)).contact_id, grace.contactId);
  });
});

describe('a locked record refuses to be replaced', () => {
  it('and to be left for another card, as long as the account bills it', async () => {
    const ada = await withNewCustomer(server, acme);
    const { storedPaymentMethodId: own } = await useCard(server, ada, visa);
    await createRecord(server, ada, { last_four_digits: '1111' });
    const token = await pickCard(server, ada, '1111');
    assertOk(await putRecord(server, ada, { ...(await recordOf(ada, own)), sys_locked: true }));
    const answer = await replaceInstrument(server, ada, token);
    assertRefused(answer, 409, 'record.locked');
    assert.deepEqual(answer.body.args, [own, ada.clientId, '']);
  });

  const lock = async (tenant: TestTenant, id: string, locked: boolean) =>
    assertOk(await putRecord(server, tenant, { ...(await recordOf(tenant, id)), sys_locked: locked }));

  it('as the account’s own and as the one that the card is on already, and the token stays good', async () => {
    const ada = await withNewCustomer(server, acme);
    const { storedPaymentMethodId: own } = await useCard(server, ada, visa);
    const { token } = await submitInSession(server, ada, mastercard);
    await lock(ada, own, true);
    const answer = await replaceInstrument(server, ada, token);
    assertRefused(answer, 409, 'record.locked');
    assert.deepEqual(
      answer.body.typedArgs,
      [own, ada.clientId, ''].map((value) => ({ type: 'STRING', value: { value } })),
    );
    assert.equal((await recordOf(ada, own)).sys_version, 2);
    await lock(ada, own, false);
    assert.equal((await replaceInstrument(server, ada, token)).body.sysVersion, 4);
  });
});
