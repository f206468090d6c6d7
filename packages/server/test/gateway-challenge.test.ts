import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import {
  assertOk,
  authenticate,
  cancel,
  decideChallenge,
  numbersOf,
  readPayment,
  readSession,
  submitInSession,
  withNewCustomer,
} from './harness/gateway.ts';
import { challenged, replaceInstrument, submitCard, visa } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
});

after(() => server.stop());

const insufficientAfterChallenge = '4000008260003178';

describe('a card that asks for a challenge', () => {
  it('is CHALLENGED with the page to show, and stays so while the customer has not decided', async () => {
    const { session, token, answer } = await submitInSession(server, acme, challenged);
    assertOk(answer);
    const { action, paymentInstrumentDetails, ...rest } = answer.body;
    assert.deepEqual(rest, { status: 'CHALLENGED' });
    assert.equal(action.type, 'CHALLENGE');
    assert.ok(action.url.startsWith(`${server.url}/simulator/challenges/acme.`));
    assert.equal(paymentInstrumentDetails.creditCard.cardNumber, '************3184');
    for (const again of [await authenticate(server, session, token), await readPayment(server, session, token)]) {
      assertOk(again);
      assert.deepEqual(again.body, answer.body);
    }
    const page = await server.call('GET', new URL(action.url).pathname);
    assert.match(page.body, /Complete authentication/);
    const { body } = await readSession(server, session);
    assert.deepEqual(body.activePaymentRequest, { token, status: 'CHALLENGED' });
  });

  it('is PREAUTHED after the customer completed it, and may be used', async () => {
    const ada = await withNewCustomer(server, acme);
    const { session, token, answer } = await submitInSession(server, ada, challenged);
    assertOk(await decideChallenge(server, answer.body.action.url, 'complete'));
    assert.equal((await readPayment(server, session, token)).body.status, 'CHALLENGED');
    const concluded = await authenticate(server, session, token);
    assert.deepEqual(concluded.body, {
      status: 'PREAUTHED',
      paymentInstrumentDetails: answer.body.paymentInstrumentDetails,
    });
    assert.deepEqual((await readPayment(server, session, token)).body, concluded.body);
    assertOk(await replaceInstrument(server, ada, token));
  });

  it('is DECLINED after the customer failed it, or the bank refuses afterwards, and its number destroyed', async () => {
    for (const [card, outcome] of [
      [challenged, 'fail'],
      [insufficientAfterChallenge, 'complete'],
    ] as const) {
      const ada = await withNewCustomer(server, acme);
      const { session, token, answer } = await submitInSession(server, ada, card);
      assert.equal((await numbersOf(server, ada.customerId)).length, 1);
      await decideChallenge(server, answer.body.action.url, outcome);
      const { body } = await authenticate(server, session, token);
      assert.deepEqual([body.status, body.reason, body.action], ['DECLINED', 'declined', undefined]);
      assert.deepEqual(await numbersOf(server, ada.customerId), []);
    }
  });

  it('is decided once: the first button counts', async () => {
    const { session, token, answer } = await submitInSession(server, acme, challenged);
    await decideChallenge(server, answer.body.action.url, 'fail');
    const second = await decideChallenge(server, answer.body.action.url, 'complete');
    assert.match(second.body, /Authentication failed/);
    assert.equal((await authenticate(server, session, token)).body.status, 'DECLINED');
  });

  it('is concluded once when the page asks several times at once', async () => {
    const ada = await withNewCustomer(server, acme);
    const { session, token, answer } = await submitInSession(server, ada, challenged);
    await decideChallenge(server, answer.body.action.url, 'complete');
    const answers = await Promise.all(Array.from({ length: 5 }, () => authenticate(server, session, token)));
    assert.ok(answers.some(({ body }) => body.status === 'PREAUTHED'));
    for (const { status, body } of answers) {
      if (status !== 200)
        assert.match(`${status} ${body.errorCode}`, /^409 errormessage\.payment\.request\.(state|busy)$/);
    }
    assert.equal((await authenticate(server, session, token)).body.status, 'PREAUTHED');
  });

  it('takes no other card meanwhile, and can be cancelled', async () => {
    const ada = await withNewCustomer(server, acme);
    const { session, token, answer } = await submitInSession(server, ada, challenged);
    assertRefused(await submitCard(server, session, token, visa), 409, 'payment.request.state');
    assertOk(await cancel(server, session, token));
    await decideChallenge(server, answer.body.action.url, 'complete');
    assert.deepEqual((await authenticate(server, session, token)).body, { status: 'CANCELLED' });
    assert.deepEqual(await numbersOf(server, ada.customerId), []);
  });

  it('has a page that only its own address opens and that takes its two buttons only', async () => {
    const { answer } = await submitInSession(server, acme, challenged);
    const path = new URL(answer.body.action.url).pathname;
    const other = `${path.slice(0, -3)}xyz`;
    for (const wrong of [other, path.replace('acme.', 'nobody.'), '/simulator/challenges/x']) {
      assertRefused(await server.call('GET', wrong), 404, 'route.not.found');
      assertRefused(await decideChallenge(server, `${server.url}${wrong}`, 'complete'), 404, 'route.not.found');
    }
    const odd = await server.call('POST', path, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'outcome=both',
    });
    assertRefused(odd, 400, 'validation.value', 'outcome');
  });
});
