import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ConnectorError } from '../src/connectors/connector.ts';
import { assertRefused } from './harness/assert-refused.ts';
import {
  assertOk,
  authenticate,
  callGateway,
  cancel,
  changeConnector,
  decideChallenge,
  numbersOf,
  readPayment,
  submitInSession,
  withNewCustomer,
} from './harness/gateway.ts';
import { query } from './harness/look-inside.ts';
import {
  bearer,
  beginRequest,
  cardEntry,
  challenged,
  getRecord,
  mastercard,
  replaceInstrument,
  startSession,
  submitCard,
  visa,
} from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

const reasonOf = async (server: TestServer, session: string): Promise<unknown> => {
  const [event] = await query<{ payload: { reason?: string } }>(
    server,
    `SELECT e.payload FROM events e JOIN payment_requests r ON r.request_id::text = e.subject_id
     WHERE r.session_id = $1`,
    [session.split('.')[1]?.split('_')[0]],
  );
  return event?.payload.reason;
};

async function assertFailed(server: TestServer, tenant: TestTenant, reason: string): Promise<string> {
  const { session, token, answer } = await submitInSession(server, tenant, visa);
  assertOk(answer);
  assert.deepEqual([answer.body.status, answer.body.reason], ['FAILED', 'failed']);
  assert.deepEqual((await readPayment(server, session, token)).body, answer.body);
  assert.equal(await reasonOf(server, session), reason);
  assert.deepEqual(await numbersOf(server, tenant.customerId), []);
  return session;
}

describe('a gateway that fails every call', () => {
  let server: TestServer;
  let acme: TestTenant;
  before(async () => {
    server = await startTestServer({ simulatorFailureRate: 1 });
    acme = await server.tenant('acme');
  });
  after(() => server.stop());

  it('makes the request FAILED, an answer and no error, and keeps no number', async () => {
    const session = await assertFailed(server, acme, 'gateway_failed');
    assert.equal((await callGateway(server, session, 'POST', '/payment-requests')).status, 201);
  });

  it('leaves the token unusable', async () => {
    const { token } = await submitInSession(server, acme, visa);
    assertRefused(
      await replaceInstrument(server, acme, token),
      409,
      'payment.request.not.concluded',
      'paymentRequestToken',
    );
  });
});

describe('a gateway that is later than the deadline', () => {
  let server: TestServer;
  let acme: TestTenant;
  before(async () => {
    server = await startTestServer({ simulatorLatencyMs: 60_000, tokenizationTimeoutMs: 100 });
    acme = await server.tenant('acme');
  });
  after(() => server.stop());

  it('makes the request FAILED once the deadline is over, not when the gateway answers', async () => {
    const startedAt = performance.now();
    await assertFailed(server, acme, 'gateway_failed');
    assert.ok(performance.now() - startedAt < 30_000);
  });
});

describe('a gateway that fails here and there', () => {
  let server: TestServer;
  let acme: TestTenant;
  /** The merchant accounts whose gateway is down once a card was checked. */
  const failing = new Set<string>();

  before(async () => {
    server = await startTestServer();
    acme = await server.tenant('acme');
    changeConnector(server, (connector) => ({
      tokenize(account, instrument, signal) {
        if (failing.has(account.merchantAccountId)) return Promise.reject(new ConnectorError('down'));
        return connector.tokenize(account, instrument, signal);
      },
      concludeChallenge(account, reference, signal) {
        if (failing.has(account.merchantAccountId)) return Promise.reject(new ConnectorError('down'));
        return connector.concludeChallenge(account, reference, signal);
      },
    }));
  });
  after(() => server.stop());

  const addAccount = async (tenant: TestTenant, name: string): Promise<string> => {
    const { body } = await server.call('POST', `/merchantAccounts/${tenant.tenantId}`, {
      headers: bearer(tenant),
      body: { name },
    });
    return body.id;
  };
  const accountsOf = (record: { merchant_account_tokens: { merchant_account_id: string }[] }): string[] =>
    record.merchant_account_tokens.map((token) => token.merchant_account_id).toSorted();

  it('vaults the card at every active merchant account, each under a token of its own', async () => {
    const chain = await server.tenant('chain');
    const accounts = [chain.merchantAccountId, await addAccount(chain, 'Second'), await addAccount(chain, 'Third')];
    const { token } = await submitInSession(server, chain, visa);
    const { body } = await replaceInstrument(server, chain, token);
    const { body: record } = await getRecord(server, chain, body.storedPaymentMethodId);
    assert.deepEqual(accountsOf(record), accounts.toSorted());
    assert.equal(new Set(record.merchant_account_tokens.map((one: { token: string }) => one.token)).size, 3);
  });

  it('leaves out the account whose gateway fails, rather than keep the old number’s token there', async () => {
    const pair = await server.tenant('pair');
    const second = await addAccount(pair, 'Second');
    const first = await submitInSession(server, pair, visa);
    const { body } = await replaceInstrument(server, pair, first.token);
    failing.add(second);
    const later = await submitInSession(server, pair, mastercard);
    assert.equal(later.answer.body.status, 'PREAUTHED');
    assertOk(await replaceInstrument(server, pair, later.token));
    const { body: record } = await getRecord(server, pair, body.storedPaymentMethodId);
    assert.deepEqual([record.sys_version, accountsOf(record)], [2, [pair.merchantAccountId]]);
  });

  it('makes the request FAILED when no account took the card', async () => {
    const single = await server.tenant('single');
    failing.add(single.merchantAccountId);
    await assertFailed(server, single, 'no_token');
  });

  it('makes the request FAILED when the tenant has no active merchant account', async () => {
    const closed = await server.tenant('closed');
    const path = `/merchantAccounts/closed/${closed.merchantAccountId}`;
    assertOk(await server.call('DELETE', path, { headers: bearer(closed) }));
    await assertFailed(server, closed, 'no_merchant_account');
  });

  it('leaves a challenge open when the gateway cannot tell how it ended', async () => {
    const { session, token, answer } = await submitInSession(server, acme, challenged);
    await decideChallenge(server, answer.body.action.url, 'complete');
    failing.add(acme.merchantAccountId);
    assert.equal((await authenticate(server, session, token)).body.status, 'CHALLENGED');
    failing.delete(acme.merchantAccountId);
    assert.equal((await authenticate(server, session, token)).body.status, 'PREAUTHED');
  });
});

describe('a connector with a fault of its own', () => {
  it('makes the call 500 without a word of it, and the submission can be repeated', async () => {
    const server = await startTestServer();
    try {
      const acme = await server.tenant('acme');
      let isBroken = true;
      changeConnector(server, (connector) => ({
        checkCard: (account, card, signal) =>
          isBroken
            ? Promise.reject(new Error(`the raw answer about ${card.number.reveal()}`))
            : connector.checkCard(account, card, signal),
      }));
      const { session, token, answer } = await submitInSession(server, acme, visa);
      assertRefused(answer, 500, 'internal');
      assert.doesNotMatch(`${JSON.stringify(answer.body)}${server.log()}`, /raw answer|4242424242424242/);
      isBroken = false;
      assert.equal((await submitCard(server, session, token, visa)).body.status, 'PREAUTHED');
    } finally {
      await server.stop();
    }
  });
});

describe('a request that is cancelled while its card is at the gateway', () => {
  it('stays cancelled, and the number is not kept', async () => {
    const server = await startTestServer();
    try {
      const acme = await server.tenant('acme');
      const atGateway = Promise.withResolvers<void>();
      const answersNow = Promise.withResolvers<void>();
      changeConnector(server, (connector) => ({
        async checkCard(account, card, signal) {
          atGateway.resolve();
          await answersNow.promise;
          return connector.checkCard(account, card, signal);
        },
      }));
      const ada = await withNewCustomer(server, acme);
      const session = await startSession(server, ada);
      const token = await beginRequest(server, session);
      const submitted = callGateway(server, session, 'POST', `/payments/${token}`, {
        body: { paymentMethod: 'CREDIT_CARD', creditCard: cardEntry(visa) },
      });
      await atGateway.promise;
      assertOk(await cancel(server, session, token));
      answersNow.resolve();
      assertRefused(await submitted, 409, 'payment.request.state');
      assert.equal((await readPayment(server, session, token)).body.status, 'CANCELLED');
      assert.deepEqual(await numbersOf(server, ada.customerId), []);
    } finally {
      await server.stop();
    }
  });
});
