import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createApiKey } from '../src/ops/api-keys/create.ts';
import { revokeApiKey } from '../src/ops/api-keys/revoke.ts';
import { tenantContext } from '../src/ops/tenants/context.ts';
import { assertRefused } from './harness/assert-refused.ts';
import { assertOk, submitInSession, withNewCustomer } from './harness/gateway.ts';
import {
  beginRequest,
  declined,
  enterCard,
  keyHeader,
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

const reference = 'paymentRequestToken';
const unknownToken = `prt_${'x'.repeat(43)}`;
const halfAnHour = 30 * 60_000;

describe('of two faults the earlier row of the outcome table is told', () => {
  it('a bad body before an unknown customer', async () => {
    const answer = await replaceInstrument(server, acme, '', { customerId: 999_999_999 });
    assertRefused(answer, 400, 'validation.required', reference);
  });

  it('a bad customerId before a bad body', async () => {
    assertRefused(
      await replaceInstrument(server, acme, 5, { customerId: 'abc' }),
      400,
      'validation.type',
      'customerId',
    );
  });

  it('an unknown customer before an unknown token', async () => {
    const answer = await replaceInstrument(server, acme, unknownToken, { customerId: 999_999_999 });
    assertRefused(answer, 404, 'customer.not.found', 'customerId');
  });

  it('an unknown customer before a used token', async () => {
    const token = await enterCard(server, acme);
    assertOk(await replaceInstrument(server, acme, token));
    const answer = await replaceInstrument(server, acme, token, { customerId: 999_999_999 });
    assertRefused(answer, 404, 'customer.not.found', 'customerId');
  });

  it('another customer’s before used, expired, not concluded and not reusable', async () => {
    const ada = await withNewCustomer(server, acme);
    const grace = await withNewCustomer(server, acme);
    const used = await enterCard(server, grace);
    assertOk(await replaceInstrument(server, grace, used));
    const open = await beginRequest(server, await startSession(server, grace));
    const purchase = await enterCard(server, grace, visa, { scope: 'ECOM' });
    for (const token of [used, open, purchase]) {
      assertRefused(await replaceInstrument(server, ada, token), 400, 'payment.request.customer.mismatch', reference);
    }
    server.clock.advance(halfAnHour);
    assertRefused(await replaceInstrument(server, ada, open), 400, 'payment.request.customer.mismatch', reference);
  });

  it('used before expired', async () => {
    const ada = await withNewCustomer(server, acme);
    const token = await enterCard(server, ada);
    assertOk(await replaceInstrument(server, ada, token));
    server.clock.advance(halfAnHour);
    assertRefused(await replaceInstrument(server, ada, token), 409, 'payment.request.already.used', reference);
  });

  it('its session closed before not concluded', async () => {
    const ada = await withNewCustomer(server, acme);
    const { session, token } = await submitInSession(server, ada, visa);
    const unfinished = await beginRequest(server, session);
    assertOk(await replaceInstrument(server, ada, token));
    assertRefused(await replaceInstrument(server, ada, unfinished), 409, 'payment.request.already.used', reference);
  });

  it('expired before not concluded and not reusable', async () => {
    const ada = await withNewCustomer(server, acme);
    const tokens = [
      await beginRequest(server, await startSession(server, ada)),
      await enterCard(server, ada, declined),
      await enterCard(server, ada, visa, { scope: 'ECOM' }),
    ];
    server.clock.advance(halfAnHour);
    for (const token of tokens) {
      assertRefused(await replaceInstrument(server, ada, token), 400, 'payment.request.expired', reference);
    }
  });

  it('not concluded before not reusable', async () => {
    const ada = await withNewCustomer(server, acme);
    const token = await beginRequest(server, await startSession(server, ada, { scope: 'ECOM', amount: 5 }));
    assertRefused(await replaceInstrument(server, ada, token), 409, 'payment.request.not.concluded', reference);
  });

  it('not reusable before locked, and locked before a version that is not the current one', async () => {
    const ada = await withNewCustomer(server, acme);
    const { body } = await replaceInstrument(server, ada, await enterCard(server, ada));
    const record = await server.call('GET', `/storedPaymentMethods/acme/${body.storedPaymentMethodId}`, {
      headers: { authorization: ada.accessToken },
    });
    assertOk(await putRecord(server, ada, { ...record.body, sys_locked: true }));
    const purchase = await enterCard(server, ada, visa, { scope: 'ECOM' });
    assertRefused(await replaceInstrument(server, ada, purchase), 400, 'payment.request.not.reusable', reference);
    const answer = await replaceInstrument(server, ada, await enterCard(server, ada), {
      headers: { 'if-match': '"another.9"' },
    });
    assertRefused(answer, 409, 'record.locked');
    assert.deepEqual(answer.body.args, [body.storedPaymentMethodId, ada.clientId, '']);
  });
});

describe('the caller is looked at before anything else', () => {
  const refusedBody = { nonsense: true };
  const post = (headers: Record<string, string>) =>
    server.call('POST', '/v1/customers/abc/account/payment-instrument', { headers, body: refusedBody });

  it('401 for no key, a wrong, an expired and a revoked one', async () => {
    assertRefused(await post({}), 401, 'authentication.required');
    const ctx = await tenantContext(server.services, 'acme', { kind: 'command-line', id: 'test', scopes: new Set() });
    const expiresAt = new Date(server.clock.now().getTime() + 60_000);
    const expiring = await createApiKey(ctx, { name: 'short', scopes: ['PAYMENT_WRITE'], expiresAt });
    const revoked = await createApiKey(ctx, { name: 'gone', scopes: ['PAYMENT_WRITE'], expiresAt: null });
    await revokeApiKey(ctx, { keyId: revoked.keyId });
    server.clock.advance(60_000);
    const wrong = `${acme.apiKey.slice(0, -1)}${acme.apiKey.endsWith('A') ? 'B' : 'A'}`;
    for (const key of [wrong, 'nonsense', expiring.apiKey.reveal(), revoked.apiKey.reveal(), acme.accessToken]) {
      const answer = await post({ 'x-api-key': key });
      assertRefused(answer, 401, 'authentication.invalid');
      assert.match(answer.headers.get('www-authenticate') ?? '', /^ApiKey /);
    }
  });

  it('403 with the scope that is missing', async () => {
    const reader = await server.tenant('reader', { scopes: ['CUSTOMER_ACCOUNT_READ'] });
    const answer = await post(keyHeader(reader));
    assertRefused(answer, 403, 'permission.denied');
    assert.deepEqual(answer.body.typedArgs, [{ type: 'PERMISSION_LIST', value: { values: ['PAYMENT_WRITE'] } }]);
  });

  it('429 once the key’s limit on the endpoint is used up', async () => {
    const busy = await server.tenant('busy', { rateLimitPerMinute: 2 });
    for (const status of [400, 400]) assert.equal((await post(keyHeader(busy))).status, status);
    const answer = await post(keyHeader(busy));
    assertRefused(answer, 429, 'rate.limit.exceeded');
    const seconds = Number(answer.headers.get('retry-after'));
    assert.ok(seconds >= 1);
    assert.deepEqual(answer.body.typedArgs, [{ type: 'TERM', value: { value: seconds, unit: 'SECOND' } }]);
    assert.equal(answer.headers.get('ratelimit-remaining'), '0');
  });
});
