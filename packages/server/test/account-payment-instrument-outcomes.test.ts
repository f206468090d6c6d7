import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused, assertSameRefusal } from './harness/assert-refused.ts';
import { assertOk, cancel, submitInSession, withNewCustomer } from './harness/gateway.ts';
import { query } from './harness/look-inside.ts';
import {
  beginRequest,
  challenged,
  declined,
  enterCard,
  keyHeader,
  mastercard,
  replaceInstrument,
  startSession,
  submitCard,
  visa,
} from './harness/main-job.ts';
import { lockRows } from './harness/row-lock.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;
let other: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
  other = await server.tenant('other');
});

after(() => server.stop());

const reference = 'paymentRequestToken';
const unknownToken = `prt_${'x'.repeat(43)}`;
const minutes = 60_000;

const post = (tenant: TestTenant, body: unknown, customerId: number | string = tenant.customerId): Promise<Answer> =>
  server.call('POST', `/v1/customers/${customerId}/account/payment-instrument`, { headers: keyHeader(tenant), body });

const validUntil = async (session: string): Promise<string> => {
  const publicId = session.split('.')[1]?.split('_')[0];
  const [row] = await query<{ valid_until: Date }>(
    server,
    'SELECT valid_until FROM user_payment_sessions WHERE session_id = $1',
    [publicId],
  );
  return row?.valid_until.toISOString() ?? '';
};

describe('posting a payment request token', () => {
  it('answers 200 with what the account bills now', async () => {
    const ada = await withNewCustomer(server, acme);
    const answer = await replaceInstrument(server, ada, await enterCard(server, ada, visa));
    assertOk(answer);
    const { storedPaymentMethodId: id } = answer.body;
    assert.deepEqual(answer.body, {
      paymentChoice: 'CREDIT_CARD',
      storedPaymentMethodId: id,
      sysVersion: 1,
      accountVersion: 1,
      match: 'NEW_METHOD',
      validity: 'valid',
      details: {
        creditCard: { brand: 'visa', cardHolder: 'Ada Test', cardNumber: '************4242', expiry: '12/2034' },
      },
    });
    assert.equal(answer.headers.get('etag'), `"${id}.1"`);
  });

  it('is 400 naming the field for a body that is not the contract’s', async () => {
    const token = await enterCard(server, acme);
    const cases: [body: unknown, code: string, reference?: string][] = [
      [{}, 'validation.required', reference],
      [undefined, 'validation.required', reference],
      [{ paymentRequestToken: '' }, 'validation.required', reference],
      [{ paymentRequestToken: 'x'.repeat(501) }, 'validation.length', reference],
      [{ paymentRequestToken: 5 }, 'validation.type', reference],
      [{ paymentRequestToken: null }, 'validation.type', reference],
      [{ paymentRequestToken: true }, 'validation.type', reference],
      [{ paymentRequestToken: [token] }, 'validation.type', reference],
      [{ paymentRequestToken: { token } }, 'validation.type', reference],
      [{ paymentRequestToken: 'a\u0000b' }, 'validation.encoding', reference],
      [{ paymentRequestToken: token, force: true }, 'validation.unknown.field', 'force'],
      [{ paymentRequesttoken: token }, 'validation.unknown.field', 'paymentRequesttoken'],
      [[token], 'validation.type'],
      [JSON.stringify(token), 'media.type.unsupported'],
    ];
    for (const [body, code, named] of cases) {
      assertRefused(await post(acme, body), code.startsWith('media') ? 415 : 400, code, named);
    }
    assertOk(await post(acme, { paymentRequestToken: token }));
  });

  it('is 400 for a customerId that is no int64', async () => {
    for (const id of ['abc', '1.5', '9223372036854775808', '1e3', '0x10', '01', '%20', '']) {
      assertRefused(await post(acme, { paymentRequestToken: unknownToken }, id), 400, 'validation.type', 'customerId');
    }
  });

  it('is 404 for a customer of another tenant, as for one that does not exist', async () => {
    const token = await enterCard(server, acme);
    const absent = await post(acme, { paymentRequestToken: token }, 999_999_999);
    assertRefused(absent, 404, 'customer.not.found', 'customerId');
    for (const id of [other.customerId, 0, -1, '9223372036854775807', '9007199254740993']) {
      assertSameRefusal(await post(acme, { paymentRequestToken: token }, id), absent);
    }
  });

  it('is 404 for a token of another tenant, as for one that does not exist', async () => {
    const absent = await replaceInstrument(server, acme, unknownToken);
    assertRefused(absent, 404, 'payment.request.not.found', reference);
    const foreign = await enterCard(server, other);
    for (const token of [foreign, `${foreign} `, '’', await startSession(server, acme)]) {
      assertSameRefusal(await replaceInstrument(server, acme, token), absent);
    }
    assertOk(await replaceInstrument(server, other, foreign));
  });

  it('is 400 when the session belongs to another customer, or to nobody yet', async () => {
    const ada = await withNewCustomer(server, acme);
    const grace = await withNewCustomer(server, acme);
    for (const session of [{ customerId: grace.customerId }, { customerId: undefined }]) {
      const token = await enterCard(server, ada, visa, session);
      const answer = await replaceInstrument(server, ada, token);
      assertRefused(answer, 400, 'payment.request.customer.mismatch', reference);
      assert.deepEqual([answer.body.args, answer.body.typedArgs], [[], []]);
    }
  });

  it('is 409 once it was used, telling when, and the record and version that it led to', async () => {
    const ada = await withNewCustomer(server, acme);
    const first = await submitInSession(server, ada, visa);
    const secondToken = await beginRequest(server, first.session);
    await submitCard(server, first.session, secondToken, mastercard);
    const { body: replaced } = await replaceInstrument(server, ada, first.token);
    const [{ at } = { at: new Date(0) }] = await query<{ at: Date }>(
      server,
      'SELECT sys_last_modified_at AS at FROM stored_payment_methods WHERE id = $1',
      [replaced.storedPaymentMethodId],
    );
    for (const token of [first.token, secondToken]) {
      const answer = await replaceInstrument(server, ada, token);
      assertRefused(answer, 409, 'payment.request.already.used', reference);
      assert.deepEqual(answer.body.typedArgs, [
        { type: 'TIMESTAMP', value: { value: at.toISOString() } },
        { type: 'STRING', value: { value: replaced.storedPaymentMethodId } },
        { type: 'INTEGER', value: { value: 1 } },
      ]);
      assert.deepEqual(answer.body.args.slice(1), [replaced.storedPaymentMethodId, '1']);
    }
  });

  it('is 400 after the session expired, telling when', async () => {
    const ada = await withNewCustomer(server, acme);
    const { session, token } = await submitInSession(server, ada, visa);
    const until = await validUntil(session);
    server.clock.advance(30 * minutes);
    const answer = await replaceInstrument(server, ada, token);
    assertRefused(answer, 400, 'payment.request.expired', reference);
    assert.deepEqual(answer.body.typedArgs, [{ type: 'TIMESTAMP', value: { value: until } }]);
  });

  it('is 409 with the status while it is not concluded', async () => {
    const ada = await withNewCustomer(server, acme);
    const tokenOf = async (cardNumber: string) => (await submitInSession(server, ada, cardNumber)).token;
    const cancelled = await submitInSession(server, ada, visa);
    await cancel(server, cancelled.session, cancelled.token);
    const created = await beginRequest(server, await startSession(server, ada));
    for (const [status, token, text] of [
      ['CREATED', created, 'not filled in yet'],
      ['CHALLENGED', await tokenOf(challenged), "waiting for the customer's confirmation"],
      ['DECLINED', await tokenOf(declined), 'declined'],
      ['CANCELLED', cancelled.token, 'cancelled'],
    ]) {
      const answer = await replaceInstrument(server, ada, token);
      assertRefused(answer, 409, 'payment.request.not.concluded', reference);
      assert.deepEqual(answer.body.typedArgs, [{ type: 'ENUM', value: { value: status } }]);
      assert.deepEqual(answer.body.args, [text]);
    }
  });

  it('is 400 when it was meant for one purchase, or for an amount', async () => {
    const ada = await withNewCustomer(server, acme);
    for (const session of [{ scope: 'ECOM' }, { amount: 0.01 }, { scope: 'ECOM', amount: 12.5 }]) {
      const answer = await replaceInstrument(server, ada, await enterCard(server, ada, visa, session));
      assertRefused(answer, 400, 'payment.request.not.reusable', reference);
    }
  });

  it('is 409 when another replacement came first, and the loser may use its token again', async () => {
    const ada = await withNewCustomer(server, acme);
    const tokens = [await enterCard(server, ada, visa), await enterCard(server, ada, mastercard)];
    const lock = await lockRows(server, 'SELECT 1 FROM customers WHERE customer_id = $1', [ada.customerId]);
    const racing = tokens.map((token) => replaceInstrument(server, ada, token));
    await lock.awaited(2);
    await lock.release();
    const answers = await Promise.all(racing);
    const [winner, loser] = answers.toSorted((one, another) => one.status - another.status) as [Answer, Answer];
    assertOk(winner);
    assertRefused(loser, 409, 'concurrent.modification');
    assertOk(await replaceInstrument(server, ada, tokens[answers.indexOf(loser)]));
  });
});
