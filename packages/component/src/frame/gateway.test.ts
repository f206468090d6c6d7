import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createGateway } from './gateway.ts';
import { GatewayError } from './gateway-error.ts';

type Reply = { status: number; body: object } | 'lost';

/** A gateway whose server gives these answers, one after the other, and what was sent to it. */
function against(...replies: Reply[]) {
  const sent: { url: string; headers: Headers; method: string | undefined }[] = [];
  const gateway = createGateway({
    sessionToken: 'ups_shop.public_secret',
    locale: 'de-CH',
    pause: async () => {},
    fetch: async (url, init) => {
      sent.push({ url: String(url), headers: new Headers(init?.headers), method: init?.method });
      const reply = replies[Math.min(sent.length, replies.length) - 1];
      if (reply === undefined || reply === 'lost') throw new TypeError('no network');
      return Response.json(reply.body, { status: reply.status });
    },
  });
  return { gateway, sent };
}

const cash = { paymentMethod: 'CASH', cash: {} } as const;
const ok = { status: 200, body: { status: 'PREAUTHED' } };

describe('the gateway API, from the frame', () => {
  it('is told the session and the language in headers, never in the address', async () => {
    const { gateway, sent } = against(ok);
    await gateway.submitPayment('prt_1', cash, 'key');
    const [call] = sent;
    assert.equal(call?.url, '/upg/api/v1/payments/prt_1');
    assert.equal(call?.headers.get('x-user-payment-session-token'), 'ups_shop.public_secret');
    assert.equal(call?.headers.get('accept-language'), 'de-CH');
  });

  it('is sent what got lost again, under the same key', async () => {
    const { gateway, sent } = against('lost', { status: 503, body: {} }, ok);
    assert.equal((await gateway.submitPayment('prt_1', cash, 'key')).status, 'PREAUTHED');
    assert.deepEqual(
      sent.map(({ headers }) => headers.get('idempotency-key')),
      ['key', 'key', 'key'],
    );
  });

  it('is waited for when the first attempt is still running', async () => {
    const { gateway, sent } = against({ status: 409, body: { errorCode: 'errormessage.idempotency.key.running' } }, ok);
    await gateway.submitPayment('prt_1', cash, 'key');
    assert.equal(sent.length, 2);
  });

  it('is given up after three attempts without an answer', async () => {
    const { gateway, sent } = against('lost');
    await assert.rejects(
      gateway.readPayment('prt_1'),
      (error) => error instanceof GatewayError && error.kind === 'network',
    );
    assert.equal(sent.length, 3);
  });

  it('is not asked again after a refusal, whose words and field are kept', async () => {
    const body = {
      errorCode: 'errormessage.iban.invalid',
      errorMessage: 'Die IBAN stimmt nicht.',
      reference: 'sepa.iban',
    };
    const { gateway, sent } = against({ status: 400, body });
    await assert.rejects(gateway.submitPayment('prt_1', cash, 'key'), (error) => {
      assert.ok(error instanceof GatewayError);
      assert.deepEqual([error.kind, error.code, error.text, error.reference], ['refused', ...Object.values(body)]);
      return true;
    });
    assert.equal(sent.length, 1);
  });

  it('says that the session is over by its 401', async () => {
    const { gateway } = against({ status: 401, body: {} });
    await assert.rejects(gateway.readSession(), (error) => error instanceof GatewayError && error.kind === 'session');
  });
});
