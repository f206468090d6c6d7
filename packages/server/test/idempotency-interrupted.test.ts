import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Caller } from '../src/context.ts';
import { beginAttempt } from '../src/ops/idempotency.ts';
import { tenantContext } from '../src/ops/tenants/context.ts';
import { assertRefused } from './harness/assert-refused.ts';
import { assertOk, readInstrument, versionsOf, withNewCustomer } from './harness/gateway.ts';
import { enterCard, replaceInstrument } from './harness/main-job.ts';
import { lockRows } from './harness/row-lock.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
});

after(() => server.stop());

const leaseMs = 60_000;
const customerOf = 'SELECT 1 FROM customers WHERE customer_id = $1';

const post = (tenant: TestTenant, token: string, key: string) =>
  replaceInstrument(server, tenant, token, { headers: { 'idempotency-key': key } });

/** What a process leaves behind that died after it had claimed the key. */
async function crashAfterClaim(tenant: TestTenant, key: string): Promise<void> {
  const caller: Caller = { kind: 'api-key', id: tenant.apiKeyId, scopes: new Set() };
  const path = `/v1/customers/${tenant.customerId}/account/payment-instrument`;
  const ctx = await tenantContext(server.services, tenant.tenantId, caller);
  await beginAttempt(ctx, { key, method: 'POST', path, content: '' });
}

describe('while the first request with a key is running', () => {
  it('the second is 409 with Retry-After, and gets the answer once it is there', async () => {
    const ada = await withNewCustomer(server, acme);
    const token = await enterCard(server, ada);
    const lock = await lockRows(server, customerOf, [ada.customerId]);
    const first = post(ada, token, 'running');
    await lock.awaited(1);
    const second = await post(ada, token, 'running');
    assertRefused(second, 409, 'idempotency.key.running');
    assert.equal(second.headers.get('retry-after'), '1');
    await lock.release();
    const answer = await first;
    assertOk(answer);
    const replayed = await post(ada, token, 'running');
    assert.deepEqual([replayed.body, replayed.headers.get('idempotency-replayed')], [answer.body, 'true']);
  });
});

describe('after a crash', () => {
  it('the request can be repeated once the lease of the first is over, and is applied once', async () => {
    const ada = await withNewCustomer(server, acme);
    const token = await enterCard(server, ada);
    await crashAfterClaim(ada, 'crashed');
    assertRefused(await post(ada, token, 'crashed'), 409, 'idempotency.key.running');
    server.clock.advance(leaseMs);
    const answer = await post(ada, token, 'crashed');
    assertOk(answer);
    assert.deepEqual((await post(ada, token, 'crashed')).body, answer.body);
    assert.equal((await versionsOf(server, ada.customerId))[0]?.versions, 1);
  });
});

describe('an attempt that is so late that another has taken its key over', () => {
  it('changes nothing: one of the two is applied, and its answer is the one that is kept', async () => {
    const ada = await withNewCustomer(server, acme);
    const token = await enterCard(server, ada);
    const lock = await lockRows(server, customerOf, [ada.customerId]);
    const late = post(ada, token, 'late');
    await lock.awaited(1);
    server.clock.advance(leaseMs);
    const second = post(ada, token, 'late');
    await lock.awaited(2);
    await lock.release();
    const answers = await Promise.all([late, second]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [409, 200],
    );
    assert.deepEqual((await post(ada, token, 'late')).body, answers[1].body);
    const { match: _, ...billed } = answers[1].body;
    assert.deepEqual((await readInstrument(server, ada)).body, billed);
    assert.equal((await versionsOf(server, ada.customerId))[0]?.versions, 1);
  });
});
