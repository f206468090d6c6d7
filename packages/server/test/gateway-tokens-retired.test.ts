import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { sweepTenant } from '../src/jobs/sweep.ts';
import { mostTaskAttempts } from '../src/store/job-queue.ts';
import { assertOk, cancel, submitInSession, useCard, withNewCustomer } from './harness/gateway.ts';
import {
  addMerchantAccount,
  pendingTasks,
  standing,
  type WatchedGateway,
  watchGateway,
  workOnce,
} from './harness/gateway-tokens.ts';
import {
  bearer,
  beginRequest,
  createRecord,
  getRecord,
  mastercard,
  putRecord,
  replaceInstrument,
  startSession,
  submitCard,
  visa,
} from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let gateway: WatchedGateway;
let shop: TestTenant;
let acme: TestTenant;
let second: string;

before(async () => {
  server = await startTestServer();
  gateway = watchGateway(server);
  shop = await server.tenant('acme');
  second = await addMerchantAccount(server, shop, 'Second');
});

beforeEach(async () => {
  gateway.failing.clear();
  gateway.meanwhile = async () => {};
  gateway.retired.length = 0;
  acme = await withNewCustomer(server, shop);
});

after(() => server.stop());

async function tokensOf(id: string): Promise<string[]> {
  const { body } = await getRecord(server, acme, id);
  return body.merchant_account_tokens.map(({ token }: { token: string }) => token);
}

const eraseContact = (): Promise<Answer> =>
  server.call('POST', `/contacts/acme/${acme.contactId}/erasure`, { headers: bearer(acme) });

describe('the tokens of a card that was replaced', () => {
  it('are retired after the change, they alone, and show until then', async () => {
    const { storedPaymentMethodId: id } = await useCard(server, acme, visa);
    const old = await tokensOf(id);
    await useCard(server, acme, mastercard);
    assert.deepEqual(gateway.retired, []);
    const retiring = [shop.merchantAccountId, second].map((account) => `${account} retiring`);
    assert.deepEqual((await standing(server, acme, id)).slice(2).toSorted(), retiring.toSorted());
    await workOnce(server, acme);
    assert.deepEqual(new Set(gateway.retired), new Set(old));
    assert.equal((await standing(server, acme, id)).length, 2);
  });

  it('are retired in the end when the gateway fails at first', async () => {
    const { storedPaymentMethodId: id } = await useCard(server, acme, visa);
    const old = await tokensOf(id);
    await useCard(server, acme, mastercard);
    gateway.failing.add(second);
    assert.deepEqual((await workOnce(server, acme)).map(String).toSorted(), ['again', 'over']);
    assert.equal((await standing(server, acme, id)).at(-1), `${second} retiring gateway_failed`);
    gateway.failing.clear();
    assert.deepEqual(await workOnce(server, acme), ['over']);
    assert.deepEqual(new Set(gateway.retired), new Set(old));
  });

  it('are told of when the gateway never deletes them', async () => {
    const { storedPaymentMethodId: id } = await useCard(server, acme, visa);
    await useCard(server, acme, mastercard);
    gateway.failing.add(second);
    for (let attempt = 1; attempt <= mostTaskAttempts; attempt++) await workOnce(server, acme);
    assert.equal((await standing(server, acme, id)).at(-1), `${second} retirement-failed gateway_failed`);
    assert.deepEqual(await pendingTasks(server, acme), []);
  });

  it('stay where another record of the customer holds them', async () => {
    const { storedPaymentMethodId: id } = await useCard(server, acme, visa);
    const { body } = await getRecord(server, acme, id);
    const [held] = body.merchant_account_tokens;
    await createRecord(server, acme, { merchant_account_tokens: [held] });
    await useCard(server, acme, mastercard);
    await workOnce(server, acme);
    assert.deepEqual(gateway.retired, [body.merchant_account_tokens[1].token]);
    assert.deepEqual(await pendingTasks(server, acme), []);
  });

  it('stay when a caller of the Records API changed them, since they are the caller’s own', async () => {
    const record = await createRecord(server, acme);
    const tokens = [{ merchant_account_id: acme.merchantAccountId, token: 'tok_next' }];
    assertOk(await putRecord(server, acme, { ...record, merchant_account_tokens: tokens }));
    assert.deepEqual(await pendingTasks(server, acme), []);
  });
});

describe('the tokens of a payment request that came to nothing', () => {
  it('are retired when it is cancelled', async () => {
    const { session, token } = await submitInSession(server, acme, visa);
    assertOk(await cancel(server, session, token));
    assert.deepEqual(gateway.retired, []);
    await workOnce(server, acme);
    assert.equal(gateway.retired.length, 2);
  });

  it('are retired when its session expires', async () => {
    await submitInSession(server, acme, visa);
    await sweepTenant(server.services, 'acme');
    assert.deepEqual(await pendingTasks(server, acme), []);
    server.clock.advance(3 * 3_600_000);
    await sweepTenant(server.services, 'acme');
    await workOnce(server, acme);
    assert.equal(gateway.retired.length, 2);
  });

  it('are retired when another request of its session was used', async () => {
    const session = await startSession(server, acme);
    const [unused, used] = [await beginRequest(server, session), await beginRequest(server, session)];
    await submitCard(server, session, unused, visa);
    await submitCard(server, session, used, mastercard);
    const { body } = await replaceInstrument(server, acme, used);
    await sweepTenant(server.services, 'acme');
    await workOnce(server, acme);
    assert.equal(gateway.retired.length, 2);
    const live = await tokensOf(body.storedPaymentMethodId);
    assert.ok(gateway.retired.every((token) => !live.includes(token)));
  });

  it('are retired at once when the customer is erased while the gateway makes them, and no key is left', async () => {
    let erased: Promise<Answer> | undefined;
    gateway.meanwhile = () => (erased ??= eraseContact());
    const { answer } = await submitInSession(server, acme, visa);
    assert.deepEqual([(await erased)?.status, answer.status], [202, 409]);
    assert.equal(gateway.retired.length, 2);
    assert.deepEqual(await pendingTasks(server, acme), []);
  });

  it('are retired when it was cancelled while the gateway made them', async () => {
    const session = await startSession(server, acme);
    const token = await beginRequest(server, session);
    let cancelled: Promise<unknown> | undefined;
    gateway.meanwhile = () => (cancelled ??= cancel(server, session, token));
    const { status } = await submitCard(server, session, token, visa);
    assert.equal(status, 409);
    await workOnce(server, acme);
    assert.equal(gateway.retired.length, 2);
  });
});
