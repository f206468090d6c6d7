import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused, assertSameRefusal } from './harness/assert-refused.ts';
import {
  assertOk,
  authenticate,
  callGateway,
  cancel,
  numbersOf,
  pick,
  readPayment,
  readSession,
  submitInSession,
  useCard,
  withNewCustomer,
} from './harness/gateway.ts';
import { eventsOf, query } from './harness/look-inside.ts';
import {
  beginRequest,
  declined,
  mastercard,
  replaceInstrument,
  startSession,
  submitCard,
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

const halfAnHour = 30 * 60_000;
const visaDetails = {
  creditCard: { brand: 'visa', cardHolder: 'Ada Test', cardNumber: '************4242', expiry: '12/2034' },
};

describe('a payment request', () => {
  it('begins as CREATED, with or without an empty body, and is read back', async () => {
    const session = await startSession(server, acme);
    for (const body of [undefined, {}]) {
      const { status, body: begun } = await callGateway(server, session, 'POST', '/payment-requests', { body });
      assert.equal(status, 201);
      assert.deepEqual(begun, { token: begun.token, status: 'CREATED' });
      assert.match(begun.token, /^prt_[\w-]{43}$/);
      assert.deepEqual((await readPayment(server, session, begun.token)).body, { status: 'CREATED' });
    }
    const { body: extra } = await callGateway(server, session, 'POST', '/payment-requests', { body: { amount: 1 } });
    assert.equal(extra.reference, 'amount');
  });

  it('is PREAUTHED by an approved card, answers the card masked, and may be used', async () => {
    const { session, token, answer } = await submitInSession(server, acme, visa);
    assertOk(answer);
    assert.deepEqual(answer.body, { status: 'PREAUTHED', paymentInstrumentDetails: visaDetails });
    for (const again of [await readPayment(server, session, token), await authenticate(server, session, token)]) {
      assertOk(again);
      assert.deepEqual(again.body, answer.body);
    }
  });

  it('is DECLINED with 200 and without the issuer’s reason, and the session may try again', async () => {
    const { session, token, answer } = await submitInSession(server, acme, '4000000000009987');
    assertOk(answer);
    assert.deepEqual(
      { ...answer.body, paymentInstrumentDetails: undefined },
      { status: 'DECLINED', reason: 'declined', paymentInstrumentDetails: undefined },
    );
    assert.deepEqual((await readPayment(server, session, token)).body, answer.body);
    assertRefused(await submitCard(server, session, token, visa), 409, 'payment.request.state');
    const second = await beginRequest(server, session);
    assert.equal((await submitCard(server, session, second, visa)).body.status, 'PREAUTHED');
  });

  it('tells the merchant the reason of a decline in the event', async () => {
    const { session } = await submitInSession(server, acme, '4000000000009987');
    const [row] = await query<{ request_id: string }>(
      server,
      `SELECT request_id FROM payment_requests WHERE status = 'DECLINED' AND session_id = $1`,
      [session.split('.')[1]?.split('_')[0]],
    );
    const [event] = await eventsOf(server, 'acme', row?.request_id ?? '');
    assert.deepEqual(event?.payload, { status: 'DECLINED', reason: 'lost_card' });
  });

  it('is CANCELLED by DELETE, once or twice, and then takes nothing more', async () => {
    const { session, token } = await submitInSession(server, acme, visa);
    for (const answer of [await cancel(server, session, token), await cancel(server, session, token)]) {
      assertOk(answer);
      assert.deepEqual(answer.body, { status: 'CANCELLED' });
    }
    assert.deepEqual((await readPayment(server, session, token)).body, { status: 'CANCELLED' });
    assertRefused(await submitCard(server, session, token, visa), 409, 'payment.request.state');
    assert.deepEqual((await authenticate(server, session, token)).body, { status: 'CANCELLED' });
  });

  it('that was declined cannot be cancelled, and one without an instrument not authenticated', async () => {
    const { session, token } = await submitInSession(server, acme, declined);
    const answer = await cancel(server, session, token);
    assertRefused(answer, 409, 'payment.request.state');
    assert.deepEqual(answer.body.typedArgs, [{ type: 'ENUM', value: { value: 'DECLINED' } }]);
    const open = await beginRequest(server, session);
    assertRefused(await authenticate(server, session, open), 409, 'payment.request.state');
  });

  it('takes one of two cards that are submitted at once', async () => {
    const ada = await withNewCustomer(server, acme);
    const session = await startSession(server, ada);
    const token = await beginRequest(server, session);
    const answers = await Promise.all(
      [visa, mastercard, visa, mastercard].map((card) => submitCard(server, session, token, card)),
    );
    const [accepted, ...more] = answers.filter((answer) => answer.status === 200);
    assert.deepEqual(more, []);
    for (const { status, body } of answers.filter((one) => one !== accepted)) {
      assert.match(`${status} ${body.errorCode}`, /^409 errormessage\.payment\.request\.(state|busy)$/);
    }
    assert.equal((await numbersOf(server, ada.customerId)).length, 1);
    assert.deepEqual((await readPayment(server, session, token)).body, accepted?.body);
  });
});

describe('a page that was loaded again', () => {
  it('finds the request that it had begun, until that has ended', async () => {
    const session = await startSession(server, acme);
    assert.equal('activePaymentRequest' in (await readSession(server, session)).body, false);
    const token = await beginRequest(server, session);
    const active = async () => (await readSession(server, session)).body.activePaymentRequest;
    assert.deepEqual(await active(), { token, status: 'CREATED' });
    await submitCard(server, session, token, visa);
    assert.deepEqual(await active(), { token, status: 'PREAUTHED' });
    const newer = await beginRequest(server, session);
    assert.deepEqual(await active(), { token: newer, status: 'CREATED' });
    await cancel(server, session, newer);
    assert.deepEqual(await active(), { token, status: 'PREAUTHED' });
    await cancel(server, session, token);
    assert.equal(await active(), undefined);
  });

  it('may have the token used that it lost', async () => {
    const ada = await withNewCustomer(server, acme);
    const { session } = await submitInSession(server, ada, visa);
    const { body } = await readSession(server, session);
    assertOk(await replaceInstrument(server, ada, body.activePaymentRequest.token));
  });
});

describe('a session reaches its own requests and instruments only', () => {
  it('so another session’s request is answered like one that does not exist', async () => {
    const { token } = await submitInSession(server, acme, visa);
    const stranger = await startSession(server, acme);
    const unknown = `prt_${'x'.repeat(43)}`;
    for (const call of [readPayment, authenticate, cancel]) {
      const absent = await call(server, stranger, unknown);
      assertRefused(absent, 404, 'payment.request.not.found');
      assertSameRefusal(await call(server, stranger, token), absent);
    }
    assertRefused(await submitCard(server, stranger, token, visa), 404, 'payment.request.not.found');
  });

  it('so the token of a stored instrument means nothing in another session', async () => {
    const ada = await withNewCustomer(server, acme);
    await useCard(server, ada, visa);
    const tokenIn = async (session: string): Promise<string> =>
      (await readSession(server, session)).body.existingPaymentInstruments[0].paymentInstrumentToken;
    const [first, second] = [await startSession(server, ada), await startSession(server, ada)];
    assert.notEqual(await tokenIn(first), await tokenIn(second));
    const request = await beginRequest(server, second);
    for (const instrument of [await tokenIn(first), 'pit_unknown']) {
      assertRefused(
        await pick(server, second, request, instrument),
        404,
        'payment.instrument.not.found',
        'paymentInstrumentToken',
      );
    }
    const picked = await pick(server, second, request, await tokenIn(second));
    assert.deepEqual(picked.body, { status: 'PREAUTHED', paymentInstrumentDetails: visaDetails });
  });

  it('and after its end nothing at all', async () => {
    const { session, token } = await submitInSession(server, acme, visa);
    server.clock.advance(halfAnHour);
    for (const answer of [
      await readPayment(server, session, token),
      await authenticate(server, session, token),
      await submitCard(server, session, token, visa),
      await cancel(server, session, token),
      await callGateway(server, session, 'POST', '/payment-requests'),
    ]) {
      assertRefused(answer, 401, 'session.invalid');
      assert.match(answer.headers.get('www-authenticate') ?? '', /^SessionToken /);
    }
  });
});
