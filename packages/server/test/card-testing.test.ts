import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { ConnectorError } from '../src/connectors/connector.ts';
import type { FailedAttemptLimits } from '../src/contract/tenant-settings.ts';
import { sweepTenant } from '../src/jobs/sweep.ts';
import { assertOk, authenticate, callGateway, cancel, changeConnector, decideChallenge } from './harness/gateway.ts';
import { decideRedirect, entries } from './harness/instruments.ts';
import { query } from './harness/look-inside.ts';
import {
  beginRequest,
  cardEntry,
  challenged,
  declined,
  mastercard,
  replaceInstrument,
  startSession,
  visa,
} from './harness/main-job.ts';
import { lockRows } from './harness/row-lock.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

const wrongCode = '4000000000000127';
const hourMs = 3_600_000;

let server: TestServer;
let beside: TestServer;
let club: TestTenant;
let tenants = 0;
/** Numbers that the gateway was asked about. */
let asked: string[] = [];
let isGatewayDown = false;

before(async () => {
  server = await startTestServer({ trustedProxies: ['loopback'] });
  beside = await startTestServer({ trustedProxies: ['loopback'] }, server);
  for (const process of [server, beside]) {
    changeConnector(process, (connector) => ({
      async checkCard(account, card, signal) {
        asked.push(card.number.reveal());
        if (isGatewayDown) throw new ConnectorError('down');
        return connector.checkCard(account, card, signal);
      },
    }));
  }
});

after(async () => {
  await beside.stop();
  await server.stop();
});

beforeEach(async () => {
  club = await newTenant();
  asked = [];
});

const newTenant = (failedAttemptLimits: FailedAttemptLimits = {}): Promise<TestTenant> =>
  server.tenant(`club-${++tenants}`, {
    failedAttemptLimits,
    permittedPaymentChoices: { MEMBER_ACCOUNT: ['CREDIT_CARD', 'PAYPAL', 'CASH'], ECOM: null },
  });

/** Nobody's session, so that no two are of the same customer. */
const nobody = { customerId: undefined };

const submit = async (
  session: string,
  cardNumber: string,
  options: { from?: string; entry?: object; through?: TestServer } = {},
): Promise<Answer> => {
  const through = options.through ?? server;
  const token = await beginRequest(through, session);
  return callGateway(through, session, 'POST', `/payments/${token}`, {
    headers: options.from ? { 'x-forwarded-for': options.from } : {},
    body: { paymentMethod: 'CREDIT_CARD', creditCard: cardEntry(cardNumber, options.entry) },
  });
};

async function fail(times: number, session: string, from?: string): Promise<void> {
  for (let n = 0; n < times; n++) {
    assert.equal((await submit(session, declined, from ? { from } : {})).body.status, 'DECLINED');
  }
}

const told = (tenant: TestTenant) =>
  query<{ event: object; audited: number }>(
    server,
    `SELECT e.payload AS event, (SELECT count(*)::int FROM audit_entries a WHERE a.tenant_id = e.tenant_id
       AND a.action = e.type) AS audited
     FROM events e WHERE e.tenant_id = $1 AND e.type = 'payment_session.velocity_limited' ORDER BY e.at`,
    [tenant.tenantId],
  );

describe('whoever tests stolen cards', () => {
  it('gets ten failed attempts in a session; after that even a good card is declined, unasked', async () => {
    const session = await startSession(server, club);
    await fail(10, session);
    assert.equal(asked.length, 10);
    const limited = await submit(session, visa);
    assert.equal(asked.length, 10, 'the gateway is not asked');
    assert.equal(limited.status, 200);
    const honest = await submit(await startSession(server, await newTenant()), declined);
    const shape = ({ body, status, headers }: Answer) => {
      const { paymentInstrumentDetails, ...rest } = body;
      return { status, ...rest, details: Object.keys(paymentInstrumentDetails.creditCard), names: [...headers.keys()] };
    };
    assert.deepEqual(shape(limited), shape(honest), 'nothing tells it from any other decline');
    assert.equal(limited.body.paymentInstrumentDetails.creditCard.cardNumber.slice(-4), '4242');
    assert.deepEqual(await query(server, 'SELECT 1 FROM vault_secrets WHERE tenant_id = $1', [club.tenantId]), []);
  });

  it('gets thirty an hour for a customer, in however many sessions', async () => {
    for (let n = 0; n < 3; n++) await fail(10, await startSession(server, club), `192.0.2.${n}`);
    assert.equal((await submit(await startSession(server, club), visa, { from: '192.0.2.9' })).body.status, 'DECLINED');
    assert.equal(asked.length, 30);
    const others = await startSession(server, club, nobody);
    assert.equal((await submit(others, visa, { from: '192.0.2.9' })).body.status, 'PREAUTHED');
  });

  it('gets thirty an hour from an address or an IPv6 network, in whoever’s sessions', async () => {
    for (let n = 0; n < 3; n++) await fail(10, await startSession(server, club, nobody), `2001:db8:0:7::${n}`);
    const answer = async (from: string) =>
      (await submit(await startSession(server, club, nobody), visa, { from })).body.status;
    assert.equal(await answer('2001:db8:0:7:ffff::1'), 'DECLINED');
    assert.equal(await answer('2001:db8:0:8::1'), 'PREAUTHED');
    assert.equal(await answer('192.0.2.1'), 'PREAUTHED');
  });

  it('gets no more by sending all at once, through two processes', async () => {
    club = await newTenant({ session: 0, customer: 0, address: 7 });
    const sessions = await Promise.all(Array.from({ length: 20 }, () => startSession(server, club, nobody)));
    const answers = await Promise.all(
      sessions.map((session, n) =>
        submit(session, declined, { from: '192.0.2.1', through: n % 2 === 0 ? server : beside }),
      ),
    );
    assert.ok(answers.every(({ body }) => body.status === 'DECLINED'));
    assert.equal(asked.length, 7);
  });

  it('gains nothing by a success, by wrong codes, or by challenges that are failed or left', async () => {
    club = await newTenant({ session: 5 });
    const session = await startSession(server, club, nobody);
    await fail(1, session);
    assert.equal((await submit(session, wrongCode)).body.status, 'DECLINED');
    assert.equal((await submit(session, mastercard)).body.status, 'PREAUTHED');
    const failed = await beginRequest(server, session);
    const entry = { body: { paymentMethod: 'CREDIT_CARD', creditCard: cardEntry(challenged) } };
    const { action } = (await callGateway(server, session, 'POST', `/payments/${failed}`, entry)).body;
    await decideChallenge(server, action.url, 'fail');
    assert.equal((await authenticate(server, session, failed)).body.status, 'DECLINED');
    for (let n = 0; n < 2; n++) {
      const left = await beginRequest(server, session);
      assert.equal((await callGateway(server, session, 'POST', `/payments/${left}`, entry)).body.status, 'CHALLENGED');
      assertOk(await cancel(server, session, left));
    }
    asked = [];
    assert.equal((await submit(session, visa)).body.status, 'DECLINED');
    assert.deepEqual(asked, []);
  });

  it('waits an hour for the next attempt, attempt by attempt', async () => {
    club = await newTenant({ session: 0, customer: 3, address: 0 });
    const session = () => startSession(server, club);
    await fail(2, await session());
    server.clock.advance(hourMs / 2);
    await fail(1, await session());
    server.clock.advance(hourMs / 2 - 60_000);
    assert.equal((await submit(await session(), visa)).body.status, 'DECLINED');
    server.clock.advance(61_000);
    asked = [];
    await fail(3, await session());
    assert.equal(asked.length, 2, 'the two of an hour ago are over, the third is not');
  });

  it('is told of once while the limit holds, to the merchant alone', async () => {
    club = await newTenant({ session: 0, customer: 2 });
    await fail(6, await startSession(server, club));
    const event = { limit: 'customer', failed_attempts: 2, customer_id: club.customerId };
    assert.deepEqual(await told(club), [{ event, audited: 1 }]);
    const reasons = await query<{ reason: string }>(
      server,
      `SELECT payload ->> 'reason' AS reason FROM events
       WHERE tenant_id = $1 AND type = 'payment_request.concluded' ORDER BY at`,
      [club.tenantId],
    );
    assert.deepEqual(
      reasons.map(({ reason }) => reason === 'velocity_limited'),
      [false, false, true, true, true, true],
    );
    server.clock.advance(hourMs + 1000);
    await fail(4, await startSession(server, club));
    assert.equal((await told(club)).length, 2);
  });
});

describe('an honest customer', () => {
  it('mistypes three times and is served the fourth', async () => {
    const session = await startSession(server, club);
    await fail(2, session);
    await submit(session, wrongCode);
    const token = await beginRequest(server, session);
    const entry = { body: { paymentMethod: 'CREDIT_CARD', creditCard: cardEntry(visa) } };
    assert.equal((await callGateway(server, session, 'POST', `/payments/${token}`, entry)).body.status, 'PREAUTHED');
    assertOk(await replaceInstrument(server, club, token));
    assert.deepEqual(await told(club), []);
  });

  it('is not counted while the gateway is down, what was typed is no card, or a challenge is passed', async () => {
    club = await newTenant({ session: 1 });
    const session = await startSession(server, club);
    isGatewayDown = true;
    for (let n = 0; n < 3; n++) assert.equal((await submit(session, visa)).body.status, 'FAILED');
    isGatewayDown = false;
    assert.equal((await submit(session, '4111111111111112')).status, 400);
    assert.equal((await submit(session, '4929000000006')).status, 400);
    const token = await beginRequest(server, session);
    const entry = { body: { paymentMethod: 'CREDIT_CARD', creditCard: cardEntry(challenged) } };
    const { action } = (await callGateway(server, session, 'POST', `/payments/${token}`, entry)).body;
    await decideChallenge(server, action.url, 'complete');
    assert.equal((await authenticate(server, session, token)).body.status, 'PREAUTHED');
    assert.equal((await submit(session, visa)).body.status, 'PREAUTHED');
  });

  it('may come back from another party’s page without having agreed, and still pays in cash beyond a limit', async () => {
    club = await newTenant({ session: 1 });
    const session = await startSession(server, club);
    for (let n = 0; n < 3; n++) {
      const token = await beginRequest(server, session);
      const answer = await callGateway(server, session, 'POST', `/payments/${token}`, { body: entries.PAYPAL });
      assert.equal(answer.body.status, 'CHALLENGED');
      await decideRedirect(server, answer.body.action.url, { outcome: 'cancel' });
      assert.equal((await authenticate(server, session, token)).body.status, 'CANCELLED');
    }
    await fail(2, session);
    const cash = await beginRequest(server, session);
    const paid = await callGateway(server, session, 'POST', `/payments/${cash}`, {
      body: { paymentMethod: 'CASH', cash: {} },
    });
    assert.equal(paid.body.status, 'PREAUTHED');
  });

  it('of one tenant is not held up by what is tried at another, from the same address', async () => {
    await fail(10, await startSession(server, club));
    const other = await newTenant({ address: 1 });
    assert.equal((await submit(await startSession(server, other), visa)).body.status, 'PREAUTHED');
  });

  it('is not held up where the tenant wants no limit', async () => {
    club = await newTenant({ session: 0, customer: 0, address: 0 });
    const session = await startSession(server, club);
    await fail(32, session);
    assert.equal((await submit(session, visa)).body.status, 'PREAUTHED');
    assert.deepEqual(await told(club), []);
  });
});

describe('what is counted', () => {
  it('is forgotten when nothing can be counted by it any more', async () => {
    const rows = async () =>
      query(
        server,
        `SELECT counter FROM payment_attempts WHERE tenant_id = $1
         UNION ALL SELECT counter FROM payment_attempt_counters WHERE tenant_id = $1`,
        [club.tenantId],
      );
    await fail(2, await startSession(server, club));
    assert.equal((await rows()).length, 9);
    await sweepTenant(server.services, club.tenantId);
    assert.equal((await rows()).length, 9);
    server.clock.advance(3 * hourMs + 1000);
    await sweepTenant(server.services, club.tenantId);
    assert.deepEqual(await rows(), []);
  });

  it('keeps nobody waiting who is being counted while old counters are swept', async () => {
    const session = await startSession(server, club);
    await fail(1, session);
    server.clock.advance(3 * hourMs + 1000);
    const select = `SELECT 1 FROM payment_attempt_counters WHERE tenant_id = $1 AND counter LIKE 'customer %'`;
    const lock = await lockRows(server, select, [club.tenantId]);
    await sweepTenant(server.services, club.tenantId);
    const left = 'SELECT counter FROM payment_attempt_counters WHERE tenant_id = $1';
    assert.equal((await query(server, left, [club.tenantId])).length, 1);
    await lock.release();
    await sweepTenant(server.services, club.tenantId);
    assert.deepEqual(await query(server, left, [club.tenantId]), []);
  });

  it('is the attempt, not its retries', async () => {
    club = await newTenant({ session: 2 });
    const session = await startSession(server, club);
    const token = await beginRequest(server, session);
    const entry = { paymentMethod: 'CREDIT_CARD', creditCard: cardEntry(declined) };
    const headers = { 'idempotency-key': 'once' };
    for (let n = 0; n < 3; n++) {
      const answer = await callGateway(server, session, 'POST', `/payments/${token}`, { body: entry, headers });
      assert.equal(answer.body.status, 'DECLINED');
    }
    assert.equal((await submit(session, visa)).body.status, 'PREAUTHED');
  });
});
