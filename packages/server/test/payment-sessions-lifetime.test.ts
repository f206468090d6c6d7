import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sweepTenant } from '../src/jobs/sweep.ts';
import { assertRefused } from './harness/assert-refused.ts';
import {
  assertOk,
  callGateway,
  cancel,
  numbersOf,
  readPayment,
  readSession,
  submitInSession,
  useCard,
  withNewCustomer,
} from './harness/gateway.ts';
import { query } from './harness/look-inside.ts';
import { challenged, declined, mastercard, replaceInstrument, startSession, visa } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
});

after(() => server.stop());

const minutes = 60_000;
const days = 24 * 60 * minutes;

const endOf = async (session: string): Promise<number> =>
  Date.parse((await readSession(server, session)).body.tokenValidUntil);

describe('a session', () => {
  it('ends after 30 minutes when nobody uses it', async () => {
    const session = await startSession(server, acme);
    server.clock.advance(30 * minutes - 1000);
    assertOk(await readSession(server, session));
    const idle = await startSession(server, acme);
    server.clock.advance(30 * minutes);
    assertRefused(await readSession(server, idle), 401, 'session.invalid');
  });

  it('lives on while the customer is at work, for 2 hours at most', async () => {
    const session = await startSession(server, acme);
    const startedAt = (await endOf(session)) - 30 * minutes;
    server.clock.advance(10 * minutes);
    assert.equal(await endOf(session), startedAt + 30 * minutes, 'an early call must not shorten it');
    for (let elapsed = 20; elapsed < 120; elapsed += 10) {
      server.clock.advance(10 * minutes);
      const left = (await endOf(session)) - server.clock.now().getTime();
      assert.ok(left <= 20 * minutes && (left > 10 * minutes || elapsed > 105), `${left} ms left after ${elapsed} min`);
    }
    assert.equal(await endOf(session), startedAt + 120 * minutes);
    server.clock.advance(10 * minutes);
    assertRefused(await readSession(server, session), 401, 'session.invalid');
  });

  it('is over once its token was used', async () => {
    const ada = await withNewCustomer(server, acme);
    const { session, token } = await submitInSession(server, ada, visa);
    assertOk(await replaceInstrument(server, ada, token));
    for (const answer of [
      await readSession(server, session),
      await readPayment(server, session, token),
      await callGateway(server, session, 'POST', '/payment-requests'),
      await cancel(server, session, token),
    ]) {
      assertRefused(answer, 401, 'session.invalid');
    }
  });

  it('is not told from one that never was', async () => {
    const session = await startSession(server, acme);
    const forged = `${session.slice(0, -4)}aaaa`;
    const elsewhere = session.replace('ups_acme', 'ups_nobody');
    for (const token of [forged, elsewhere, 'ups_', '', acme.apiKey]) {
      assertRefused(await readSession(server, token), 401, 'session.invalid');
    }
    assertRefused(await server.call('GET', '/upg/api/v1/session'), 401, 'session.invalid');
  });
});

describe('numbers that were entered and not used', () => {
  it('are destroyed when their session is over, and not before', async () => {
    const ada = await withNewCustomer(server, acme);
    await submitInSession(server, ada, visa);
    await submitInSession(server, ada, challenged);
    await sweepTenant(server.services, acme.tenantId);
    assert.equal((await numbersOf(server, ada.customerId)).length, 2);
    server.clock.advance(30 * minutes);
    await sweepTenant(server.services, acme.tenantId);
    assert.deepEqual(await numbersOf(server, ada.customerId), []);
    const rows = await query<{ status: string; sealed: Buffer | null }>(
      server,
      `SELECT r.status, r.sealed FROM payment_requests r JOIN user_payment_sessions s USING (tenant_id, session_id)
       WHERE s.customer_id = $1`,
      [ada.customerId],
    );
    assert.deepEqual(rows, [
      { status: 'EXPIRED', sealed: null },
      { status: 'EXPIRED', sealed: null },
    ]);
  });

  it('are destroyed when another token of the session was used', async () => {
    const ada = await withNewCustomer(server, acme);
    const { session, token } = await submitInSession(server, ada, visa);
    const { body } = await callGateway(server, session, 'POST', '/payment-requests');
    await callGateway(server, session, 'POST', `/payments/${body.token}`, {
      body: {
        paymentMethod: 'CREDIT_CARD',
        creditCard: {
          cardNumber: mastercard,
          cardHolder: 'Ada',
          expiryMonth: 1,
          expiryYear: 2035,
          securityCode: '123',
        },
      },
    });
    assertOk(await replaceInstrument(server, ada, token));
    await sweepTenant(server.services, acme.tenantId);
    const held = await numbersOf(server, ada.customerId);
    assert.deepEqual(
      held.map(({ record_id: record }) => record !== null),
      [true],
    );
    assertRefused(
      await replaceInstrument(server, ada, body.token),
      409,
      'payment.request.already.used',
      'paymentRequestToken',
    );
  });

  it('are destroyed at once when the customer cancels, and never kept for a decline', async () => {
    const ada = await withNewCustomer(server, acme);
    const { session, token } = await submitInSession(server, ada, visa);
    assert.equal((await numbersOf(server, ada.customerId)).length, 1);
    assertOk(await cancel(server, session, token));
    await submitInSession(server, ada, declined);
    assert.deepEqual(await numbersOf(server, ada.customerId), []);
  });
});

describe('a number that was replaced', () => {
  it('is destroyed when the tenant’s retention is over; the present one stays', async () => {
    const brief = await server.tenant('brief', { replacedNumberRetentionDays: 2 });
    await useCard(server, brief, visa);
    await useCard(server, brief, mastercard);
    server.clock.advance(2 * days - minutes);
    await sweepTenant(server.services, brief.tenantId);
    assert.equal((await numbersOf(server, brief.customerId)).length, 2);
    server.clock.advance(minutes);
    await sweepTenant(server.services, brief.tenantId);
    const [present, ...more] = await numbersOf(server, brief.customerId);
    assert.deepEqual([present?.destroy_after, more], [null, []]);
  });
});
