import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createApiKey } from '../src/ops/api-keys/create.ts';
import { tenantContext } from '../src/ops/tenants/context.ts';
import { assertRefused } from './harness/assert-refused.ts';
import {
  assertOk,
  callGateway,
  changeConnector,
  submitInSession,
  versionsOf,
  withNewCustomer,
} from './harness/gateway.ts';
import { query } from './harness/look-inside.ts';
import {
  beginRequest,
  cardEntry,
  enterCard,
  keyHeader,
  mastercard,
  replaceInstrument,
  sessionHeader,
  startSession,
  visa,
} from './harness/main-job.ts';
import { lockRows } from './harness/row-lock.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
});

after(() => server.stop());

const hours = 3_600_000;
let keys = 0;
/** A key that no other test uses. */
const newKey = (): string => `key-${++keys}`;

/** The answer as it came over the wire: status, the bytes of the body, and the headers that belong to it. */
async function wire(method: string, path: string, headers: Record<string, string>, body?: unknown) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const kept = ['content-type', 'content-language', 'etag'].map((name) => response.headers.get(name));
  return {
    first: [response.status, await response.text(), ...kept],
    replayed: response.headers.get('idempotency-replayed'),
  };
}

const pathOf = (tenant: TestTenant): string => `/v1/customers/${tenant.customerId}/account/payment-instrument`;

const post = (tenant: TestTenant, token: string, key: string, headers: Record<string, string> = {}) =>
  replaceInstrument(server, tenant, token, { headers: { 'idempotency-key': key, ...headers } });

describe('a request that is repeated with its Idempotency-Key', () => {
  it('gets the first answer byte for byte, and the change is made once', async () => {
    const ada = await withNewCustomer(server, acme);
    const paymentRequestToken = await enterCard(server, ada);
    const send = (headers: Record<string, string>) =>
      wire('POST', pathOf(ada), { ...keyHeader(ada), ...headers }, { paymentRequestToken });
    const key = newKey();
    const one = await send({ 'idempotency-key': key });
    assert.deepEqual([one.first[0], one.replayed], [200, null]);
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`;
    const retries: Record<string, string>[] = [{}, { 'accept-language': 'de', traceparent }];
    for (const headers of retries) {
      const again = await send({ 'idempotency-key': key, ...headers });
      assert.deepEqual(again, { first: one.first, replayed: 'true' });
    }
    assert.equal((await versionsOf(server, ada.customerId))[0]?.versions, 1);
  });

  it('gets the same body as without a key', async () => {
    const [ada, grace] = [await withNewCustomer(server, acme), await withNewCustomer(server, acme)];
    const { body: without } = await replaceInstrument(server, ada, await enterCard(server, ada));
    const { body: withKey } = await post(grace, await enterCard(server, grace), newKey());
    const { storedPaymentMethodId } = without;
    assert.deepEqual({ ...withKey, storedPaymentMethodId }, without);
  });

  it('gets the first refusal again too, language and trace id included', async () => {
    const ada = await withNewCustomer(server, acme);
    const open = await beginRequest(server, await startSession(server, ada));
    for (const [tenant, paymentRequestToken, status] of [
      [ada, 'unknown', 404],
      [{ ...ada, customerId: 999_999_999 }, open, 404],
      [ada, open, 409],
    ] as const) {
      const headers = { ...keyHeader(tenant), 'idempotency-key': newKey() };
      const one = await wire('POST', pathOf(tenant), { ...headers, 'accept-language': 'de' }, { paymentRequestToken });
      const again = await wire('POST', pathOf(tenant), headers, { paymentRequestToken });
      assert.equal(one.first[0], status);
      assert.deepEqual(again, { first: one.first, replayed: 'true' });
    }
  });

  it('is carried out when it only lost a race before', async () => {
    const ada = await withNewCustomer(server, acme);
    const tokens = [await enterCard(server, ada, visa), await enterCard(server, ada, mastercard)];
    const lock = await lockRows(server, 'SELECT 1 FROM customers WHERE customer_id = $1', [ada.customerId]);
    const racing = tokens.map((token) => post(ada, token, `race-${token}`));
    await lock.awaited(2);
    await lock.release();
    const answers = await Promise.all(racing);
    const lost = answers.findIndex(({ status }) => status !== 200);
    assertRefused(answers[lost] ?? assert.fail(), 409, 'concurrent.modification');
    for (const [n, token] of tokens.entries()) {
      const again = await post(ada, token, `race-${token}`);
      assertOk(again);
      assert.equal(again.headers.get('idempotency-replayed'), n === lost ? null : 'true');
    }
  });

  it('gets the same session, payment request, submission and cancellation again', async () => {
    const ada = await withNewCustomer(server, acme);
    const body = { amount: 0, scope: 'MEMBER_ACCOUNT', referenceText: 'x', customerId: ada.customerId };
    const twice = async (method: string, path: string, headers: Record<string, string>, sent?: unknown) => {
      const keyed = { ...headers, 'idempotency-key': newKey() };
      const one = await wire(method, path, keyed, sent);
      assert.deepEqual(await wire(method, path, keyed, sent), { first: one.first, replayed: 'true' });
      return JSON.parse(String(one.first[1]));
    };
    const { token: session } = await twice('POST', '/v1/payments/user-session', keyHeader(ada), body);
    const { token } = await twice('POST', '/upg/api/v1/payment-requests', sessionHeader(session));
    const submission = { paymentMethod: 'CREDIT_CARD', creditCard: cardEntry(visa) };
    const submitted = await twice('POST', `/upg/api/v1/payments/${token}`, sessionHeader(session), submission);
    assert.equal(submitted.status, 'PREAUTHED');
    const cancelled = await twice('DELETE', `/upg/api/v1/payments/${token}`, sessionHeader(session));
    assert.equal(cancelled.status, 'CANCELLED');
  });

  it('is 422 as another request: another body or another If-Match', async () => {
    const ada = await withNewCustomer(server, acme);
    const [first, second] = [await enterCard(server, ada, visa), await enterCard(server, ada, mastercard)];
    const key = newKey();
    assertOk(await post(ada, first, key));
    assertRefused(await post(ada, second, key), 422, 'idempotency.key.reused', 'Idempotency-Key');
    assertRefused(await post(ada, first, key, { 'if-match': '*' }), 422, 'idempotency.key.reused', 'Idempotency-Key');
    assertOk(await post(ada, second, newKey()));
  });

  it('is the same request whatever the verification code, which is not even hashed', async () => {
    const session = await startSession(server, acme);
    const token = await beginRequest(server, session);
    const submit = (overrides: object, key: string) =>
      callGateway(server, session, 'POST', `/payments/${token}`, {
        headers: { 'idempotency-key': key },
        body: { paymentMethod: 'CREDIT_CARD', creditCard: cardEntry(visa, overrides) },
      });
    const key = newKey();
    const one = await submit({}, key);
    assertOk(one);
    assert.deepEqual((await submit({ securityCode: '999' }, key)).body, one.body);
    assertRefused(await submit({ cardHolder: 'Eve' }, key), 422, 'idempotency.key.reused', 'Idempotency-Key');
  });
});

describe('an Idempotency-Key', () => {
  it('means something else for another path, method and credential', async () => {
    const ada = await withNewCustomer(server, acme);
    const grace = await withNewCustomer(server, acme);
    const other = await server.tenant('other');
    const ctx = await tenantContext(server.services, 'acme', { kind: 'command-line', id: 'test', scopes: new Set() });
    const second = await createApiKey(ctx, { name: 'second', scopes: ['PAYMENT_WRITE'], expiresAt: null });
    const key = newKey();
    assertOk(await post(ada, await enterCard(server, ada), key));
    assertOk(await post(grace, await enterCard(server, grace), key));
    assertOk(await post(other, await enterCard(server, other), key));
    assertOk(await post({ ...ada, apiKey: second.apiKey.reveal() }, await enterCard(server, ada), key));
    const { session, token } = await submitInSession(server, ada, visa);
    const headers = { ...sessionHeader(session), 'idempotency-key': key };
    assertOk(await server.call('DELETE', `/upg/api/v1/payments/${token}`, { headers }));
    const authenticated = await server.call('PUT', `/upg/api/v1/payments/${token}/authenticate`, { headers });
    assert.equal(authenticated.headers.get('idempotency-replayed'), null);
  });

  it('is kept for 24 hours and then free', async () => {
    const ada = await withNewCustomer(server, acme);
    const token = await enterCard(server, ada);
    const key = newKey();
    const one = await post(ada, token, key);
    server.clock.advance(24 * hours - 60_000);
    assert.deepEqual((await post(ada, token, key)).body, one.body);
    server.clock.advance(60_000);
    const later = await post(ada, token, key);
    assertRefused(later, 409, 'payment.request.already.used', 'paymentRequestToken');
  });

  it('is 400 when it is empty, too long, or not printable', async () => {
    for (const key of ['', 'a b', 'x'.repeat(256), 'é']) {
      const answer = await post(acme, 'unknown', key);
      assertRefused(answer, 400, 'validation.idempotency.key', 'Idempotency-Key');
    }
  });

  it('is not used up by a request that was not understood', async () => {
    const ada = await withNewCustomer(server, acme);
    const key = newKey();
    assert.equal((await post(ada, '', key)).status, 400);
    assertOk(await post(ada, await enterCard(server, ada), key));
  });

  it('is not used up by a request too many', async () => {
    const busy = await server.tenant('busy', { rateLimitPerMinute: 1 });
    const key = newKey();
    assert.equal((await post(busy, 'unknown', newKey())).status, 404);
    assert.equal((await post(busy, 'unknown', key)).status, 429);
    server.clock.advance(60_000);
    const answer = await post(busy, 'unknown', key);
    assert.deepEqual([answer.status, answer.headers.get('idempotency-replayed')], [404, null]);
  });

  it('replays nothing to a caller that has lost its right', async () => {
    const ada = await withNewCustomer(server, acme);
    const ctx = await tenantContext(server.services, 'acme', { kind: 'command-line', id: 'test', scopes: new Set() });
    const expiresAt = new Date(server.clock.now().getTime() + 1000);
    const brief = await createApiKey(ctx, { name: 'brief', scopes: ['PAYMENT_WRITE'], expiresAt });
    const [tenant, key] = [{ ...ada, apiKey: brief.apiKey.reveal() }, newKey()];
    const token = await enterCard(server, ada);
    assertOk(await post(tenant, token, key));
    server.clock.advance(1000);
    assertRefused(await post(tenant, token, key), 401, 'authentication.invalid');
  });

  it('keeps no 5xx, so the same request may be tried again', async () => {
    const own = await startTestServer();
    try {
      const tenant = await own.tenant('acme');
      let isBroken = true;
      changeConnector(own, (connector) => ({
        checkCard: (...call) => (isBroken ? Promise.reject(new Error('fault')) : connector.checkCard(...call)),
      }));
      const session = await startSession(own, tenant);
      const token = await beginRequest(own, session);
      const submit = () =>
        callGateway(own, session, 'POST', `/payments/${token}`, {
          headers: { 'idempotency-key': 'again' },
          body: { paymentMethod: 'CREDIT_CARD', creditCard: cardEntry(visa) },
        });
      assert.equal((await submit()).status, 500);
      isBroken = false;
      assert.equal((await submit()).body.status, 'PREAUTHED');
    } finally {
      await own.stop();
    }
  });

  it('and its answer are kept encrypted and hashed', async () => {
    const key = 'Canarykey-4f1d';
    const { body } = await server.call('POST', '/v1/payments/user-session', {
      headers: { ...keyHeader(acme), 'idempotency-key': key },
      body: { amount: 0, scope: 'MEMBER_ACCOUNT', referenceText: 'x' },
    });
    const rows = await query<{ row: string }>(server, 'SELECT k::text AS row FROM idempotency_keys k');
    for (const canary of [key, body.token.slice(-43)]) {
      const hex = Buffer.from(canary).toString('hex');
      assert.ok(rows.every(({ row }) => !row.includes(canary) && !row.includes(hex)));
    }
    assert.ok(rows.length > 0);
  });
});
