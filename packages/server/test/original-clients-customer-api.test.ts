import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { assertAllCalled } from './harness/called-operations.ts';
import { decideChallenge, readSession } from './harness/gateway.ts';
import { cardEntry, challenged, visa } from './harness/main-job.ts';
import { operationsOf } from './harness/openapi-operations.ts';
import { type Call, componentClient, customerApiClient, recordsApiClient } from './harness/original-clients.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

/** What is ours alone: no client of the original knows it. One that it does know must be called below. */
const ours = [
  'GET /v1/customers/{customerId}/account/payment-instrument',
  'GET /upg/api/v1/session',
  'DELETE /upg/api/v1/payments/{token}',
];

const limit = 4;
/** Published at docs.stripe.com; its payment succeeds. */
const iban = 'DE89370400440532013000';

let server: TestServer;
let strict: TestServer;
let gym: TestTenant;
let backend: ReturnType<typeof customerApiClient>;
const calls: Call[] = [];

before(async () => {
  server = await startTestServer();
  strict = await startTestServer({ rateLimitPerMinute: limit }, server);
  gym = await server.tenant('gym', { country: 'DE', currency: 'EUR', locale: 'de', timeZone: 'Europe/Berlin' });
  backend = customerApiClient(server.url, gym.apiKey, calls);
});

after(async () => {
  await strict.stop();
  await server.stop();
});

const session = { amount: 0, scope: 'MEMBER_ACCOUNT', referenceText: 'Mitgliedschaft' };
const card = (cardNumber: string) => ({ paymentMethod: 'CREDIT_CARD', creditCard: cardEntry(cardNumber) });

/** A customer who has nothing on file. */
async function join(): Promise<number> {
  return (await backend.create({ firstName: 'Ada', lastName: 'Test' })).body.id;
}

/** Begins a session as the backend and opens it as the component does. */
async function openSession(overrides: object = {}) {
  const { body } = await backend.startSession({ ...session, ...overrides });
  return { ...body, component: componentClient(server.url, body.token, calls) };
}

/** What `onSuccess` gives to the page once an instrument was entered. */
async function enter(instrument: object, overrides: object = {}): Promise<string> {
  const { component } = await openSession(overrides);
  const token = await component.begin();
  const { body } = await component.submit(token, instrument);
  assert.equal(body.status, 'PREAUTHED', JSON.stringify(body));
  return token;
}

describe('a client of the original Customer API', () => {
  it('checks its key by HEAD, on whatever path', async () => {
    for (const path of ['/v1', '/v1/customers', '/v1/no/such/path']) {
      assert.equal((await backend.checkKey(path)).status, 200);
      assert.equal((await customerApiClient(server.url, 'wrong', calls).checkKey(path)).status, 401);
    }
  });

  it('creates and reads customers, and lists them slice by slice', async () => {
    const person = {
      firstName: 'Grace',
      lastName: 'Hopper',
      dateOfBirth: '1906-12-09',
      email: 'grace@example.org',
      street: 'Hafenstraße',
      houseNumber: '1a',
      zipCode: '20457',
      city: 'Hamburg',
      country: 'DE',
      status: 'PROSPECT',
      phonePrivateMobile: '+49 40 1234',
      preferredLanguage: 'de',
      thirdPartyId: 'crm-1',
      customerNumber: '1001',
    };
    const { body: created } = await backend.create(person);
    assert.deepEqual({ ...person, id: created.id, uuid: created.uuid }, created);
    assert.deepEqual((await backend.get(created.id)).body, created);
    const joined = [gym.customerId, created.id];
    for (let n = 0; n < 51; n++) joined.push(await join());
    const { body: first } = await backend.slice({ sliceSize: '50' });
    assert.deepEqual([first.result.length, first.hasNext], [50, true]);
    const everybody = await backend.all(50);
    assert.equal(everybody.length, joined.length);
    assert.deepEqual(new Set(everybody.map(({ id }) => id)), new Set(joined));
    assert.deepEqual(
      everybody.find(({ id }) => id === created.id),
      created,
    );
  });

  it('puts a card with a challenge on an account, which is a record of the Records API', async () => {
    const { component } = await openSession({ customerId: gym.customerId });
    const token = await component.begin();
    assert.equal(await component.status(token), 'CREATED');
    const { body } = await component.submit(token, card(challenged));
    assert.deepEqual([body.status, body.action.type], ['CHALLENGED', 'CHALLENGE']);
    await decideChallenge(server, body.action.url, 'complete');
    assert.equal((await component.authenticate(token)).body.status, 'PREAUTHED');
    assert.equal(await component.status(token), 'PREAUTHED');
    assert.equal((await backend.replaceInstrument(gym.customerId, { paymentRequestToken: token })).status, 200);

    const records = recordsApiClient(server.url, 'gym', gym, calls);
    await records.logInByJson();
    const old = (await records.byContact(gym.contactId)).body.Items;
    assert.deepEqual([old.length, old[0].last_four_digits, old[0].sys_version], [1, '3184', 1]);
    const next = await enter(card(visa), { customerId: gym.customerId });
    assert.equal((await backend.replaceInstrument(gym.customerId, { paymentRequestToken: next })).status, 200);
    const [record, ...others] = (await records.byContact(gym.contactId)).body.Items;
    assert.deepEqual(
      [others.length, record.id, record.sys_version, record.last_four_digits],
      [0, old[0].id, 2, '4242'],
    );
  });

  it('puts the stored instrument that was picked in the component on the account', async () => {
    const customerId = await join();
    const entered = await enter(card(visa), { customerId });
    assert.equal((await backend.replaceInstrument(customerId, { paymentRequestToken: entered })).status, 200);
    const { token: sessionToken, component } = await openSession({ customerId });
    const { body } = await readSession(server, sessionToken);
    const [{ paymentInstrumentToken }] = body.existingPaymentInstruments;
    const token = await component.begin();
    const picked = await component.submit(token, { paymentInstrumentToken, paymentMethod: 'CREDIT_CARD' });
    assert.equal(picked.body.status, 'PREAUTHED');
    assert.equal((await backend.replaceInstrument(customerId, { paymentRequestToken: token })).status, 200);
  });

  it('reads the bank account that a customer pays from', async () => {
    const customerId = await join();
    const sepa = { accountHolder: 'Ada Test', iban, bic: 'COBADEFFXXX', mandateAccepted: true };
    const token = await enter({ paymentMethod: 'SEPA', sepa }, { customerId });
    assert.equal((await backend.replaceInstrument(customerId, { paymentRequestToken: token })).status, 200);
    const { body } = await backend.paymentData(customerId);
    assert.deepEqual([body.accountHolder, body.bic], ['Ada Test', 'COBADEFFXXX']);
    assert.match(body.iban, /^DE89.*3000$/);
  });

  it('creates the customer of whom an instrument was captured before', async () => {
    const { finionPayCustomerId, component } = await openSession();
    await component.submit(await component.begin(), card(visa));
    const again = await openSession({ finionPayCustomerId });
    const token = await again.component.begin();
    await again.component.submit(token, card(visa));
    const { status, body } = await backend.create({
      firstName: 'Ada',
      lastName: 'Neu',
      paymentRequestToken: token,
    });
    assert.deepEqual([status, body.uuid], [200, finionPayCustomerId]);
  });
});

describe('a client of the original Customer API is told in the one error body', () => {
  it('what is wrong with its request, in the language of the tenant', async () => {
    const customerId = await join();
    const missing = await backend.replaceInstrument(customerId, {});
    assertRefused(missing, 400, 'validation.required', 'paymentRequestToken');
    assert.match(missing.headers.get('content-language') ?? '', /^de/);
    const token = await enter(card(visa), { customerId });
    const extra = await backend.replaceInstrument(customerId, { paymentRequestToken: token, amount: 1 });
    assertRefused(extra, 400, 'validation.unknown.field', 'amount');
    const theirs = await backend.replaceInstrument(await join(), { paymentRequestToken: token });
    assertRefused(theirs, 400, 'payment.request.customer.mismatch', 'paymentRequestToken');
  });

  it('that its key is wrong, or permits too little', async () => {
    const stranger = customerApiClient(server.url, 'wrong', calls);
    assertRefused(await stranger.get(gym.customerId), 401, 'authentication.invalid');
    const page = componentClient(server.url, 'wrong', calls);
    assertRefused(await page.submit('prt_none', card(visa)), 401, 'session.invalid');
    const shop = await server.tenant('shop', { scopes: ['CUSTOMER_READ'] });
    const reader = customerApiClient(server.url, shop.apiKey, calls);
    assert.equal((await reader.get(shop.customerId)).status, 200);
    const answer = await reader.replaceInstrument(shop.customerId, { paymentRequestToken: 'prt' });
    assertRefused(answer, 403, 'permission.denied');
    assert.deepEqual(answer.body.typedArgs, [{ type: 'PERMISSION_LIST', value: { values: ['PAYMENT_WRITE'] } }]);
  });

  it('that there is no such thing', async () => {
    assertRefused(await backend.get(999_999), 404, 'customer.not.found', 'customerId');
    assertRefused(await backend.paymentData(999_999), 404, 'customer.not.found', 'customerId');
    const unknown = await backend.replaceInstrument(gym.customerId, { paymentRequestToken: 'prt_none' });
    assertRefused(unknown, 404, 'payment.request.not.found', 'paymentRequestToken');
  });

  it('that it used a token before', async () => {
    const customerId = await join();
    const paymentRequestToken = await enter(card(visa), { customerId });
    assert.equal((await backend.replaceInstrument(customerId, { paymentRequestToken })).status, 200);
    const again = await backend.replaceInstrument(customerId, { paymentRequestToken });
    assertRefused(again, 409, 'payment.request.already.used', 'paymentRequestToken');
  });

  it('that it asked too often, and when it may again', async () => {
    const hurried = customerApiClient(strict.url, gym.apiKey, calls);
    for (let n = 0; n < limit; n++) assert.equal((await hurried.get(gym.customerId)).status, 200);
    const denied = await hurried.get(gym.customerId);
    assertRefused(denied, 429, 'rate.limit.exceeded');
    assert.ok(Number(denied.headers.get('retry-after')) > 0);
  });
});

describe('the clients of the originals', () => {
  it('went through every operation of the Customer API and of the gateway API, but for those that are ours', async () => {
    const operations = (await operationsOf(server)).filter(({ tag }) => ['Customer API', 'Gateway API'].includes(tag));
    assertAllCalled(operations, calls, ours);
  });
});
