import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { mostTaskAttempts } from '../src/store/job-queue.ts';
import { assertOk, useCard, withNewCustomer } from './harness/gateway.ts';
import {
  addMerchantAccount,
  pendingTasks,
  readTokens,
  standing,
  type WatchedGateway,
  watchGateway,
  workOnce,
} from './harness/gateway-tokens.ts';
import { auditOf, eventsOf, tablesHolding } from './harness/look-inside.ts';
import { bearer, createRecord, getRecord, mastercard, putRecord, visa } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let gateway: WatchedGateway;
let shop: TestTenant;
let acme: TestTenant;
let other: TestTenant;
let second: string;
let third: string;

before(async () => {
  server = await startTestServer();
  gateway = watchGateway(server);
  shop = await server.tenant('acme');
  other = await server.tenant('other');
  second = await addMerchantAccount(server, shop, 'Second');
  third = await addMerchantAccount(server, shop, 'Third');
});

beforeEach(async () => {
  gateway.failing.clear();
  gateway.meanwhile = async () => {};
  acme = await withNewCustomer(server, shop);
});

after(() => server.stop());

/** A card on the account that the third merchant account has no token of. */
async function cardWithoutThird(number = visa): Promise<string> {
  gateway.failing.add(third);
  return (await useCard(server, acme, number)).storedPaymentMethodId;
}

const change = (id: string, ...operations: object[]) =>
  server.call('PATCH', `/storedPaymentMethods/acme/${id}`, { headers: bearer(acme), body: operations });

describe('a merchant account whose gateway failed when the card was entered', () => {
  it('is left out, shows as pending, and gets its token later as the record’s next version', async () => {
    const id = await cardWithoutThird();
    const { body: first } = await getRecord(server, acme, id);
    assert.equal(first.merchant_account_tokens.length, 2);
    const { body } = await readTokens(server, acme, id);
    assert.deepEqual(
      body.Items.map((item: { merchant_account_id: string; status: string }) => [
        item.merchant_account_id,
        item.status,
      ]),
      [
        [shop.merchantAccountId, 'active'],
        [second, 'active'],
        [third, 'pending'],
      ],
    );
    assert.equal(body.Items[0].token, first.merchant_account_tokens[0].token);
    assert.equal(body.Items[2].token, undefined);
    assert.ok(Math.abs(Date.parse(body.Items[2].since) - Date.now()) < 60_000);

    gateway.failing.clear();
    assert.deepEqual(await workOnce(server, acme), ['over']);
    const { body: record } = await getRecord(server, acme, id);
    assert.equal(record.sys_version, first.sys_version + 1);
    assert.equal(record.merchant_account_tokens.length, 3);
    assert.deepEqual(record.merchant_account_tokens.slice(0, 2), first.merchant_account_tokens);
    assert.equal((await standing(server, acme, id)).at(-1), `${third} active`);
    assert.deepEqual(await pendingTasks(server, acme), []);
    for (const traces of [await auditOf(server, 'acme', id), await eventsOf(server, 'acme', id)]) {
      const last = traces.findLast(({ name }) => name.startsWith('stored_payment_method.'));
      assert.equal(last?.name, 'stored_payment_method.token_added');
      assert.equal(last?.version, record.sys_version);
    }
  });

  it('is tried again, and has failed with its reason after the last attempt', async () => {
    const id = await cardWithoutThird();
    for (let attempt = 1; attempt < mostTaskAttempts; attempt++) {
      assert.deepEqual(await workOnce(server, acme), ['again']);
    }
    assert.equal((await standing(server, acme, id)).at(-1), `${third} pending gateway_failed`);
    assert.deepEqual(await workOnce(server, acme), ['over']);
    assert.equal((await standing(server, acme, id)).at(-1), `${third} failed gateway_failed`);
    assert.deepEqual(await pendingTasks(server, acme), []);
    assert.equal((await getRecord(server, acme, id)).body.sys_version, 1);
  });

  it('that is no longer active has failed at once', async () => {
    const account = await addMerchantAccount(server, shop, 'Closing');
    gateway.failing.add(account);
    const { storedPaymentMethodId: id } = await useCard(server, acme, visa);
    await server.call('DELETE', `/merchantAccounts/acme/${account}`, { headers: bearer(acme) });
    assert.deepEqual(await workOnce(server, acme), ['over']);
    assert.equal((await standing(server, acme, id)).at(-1), `${account} failed merchant_account_inactive`);
  });

  it('that was given a token by a caller meanwhile keeps that one', async () => {
    const id = await cardWithoutThird();
    const token = { merchant_account_id: third, token: 'tok_by_hand' };
    assertOk(await change(id, { op: 'add', path: '/merchant_account_tokens/-', value: token }));
    assert.equal((await standing(server, acme, id)).at(-1), `${third} active`);
    gateway.failing.clear();
    const tokenized = gateway.tokenized.length;
    assert.deepEqual(await workOnce(server, acme), ['over']);
    assert.equal(gateway.tokenized.length, tokenized);
    assert.deepEqual((await getRecord(server, acme, id)).body.merchant_account_tokens.at(-1), token);
  });

  it('never gets a token of a number that was replaced meanwhile', async () => {
    const id = await cardWithoutThird(visa);
    const [stale] = await pendingTasks(server, acme);
    await useCard(server, acme, mastercard);
    const pending = await pendingTasks(server, acme);
    assert.ok(!pending.includes(stale ?? ''));
    gateway.failing.clear();
    await workOnce(server, acme);
    const { body } = await getRecord(server, acme, id);
    assert.equal(body.last_four_digits, '4444');
    assert.equal(body.merchant_account_tokens.length, 3);
  });

  it('is left alone while the record is locked, and served when it is not', async () => {
    const id = await cardWithoutThird();
    gateway.failing.clear();
    assertOk(await change(id, { op: 'add', path: '/sys_locked', value: true }));
    assert.deepEqual(await workOnce(server, acme), ['over']);
    assert.equal((await standing(server, acme, id)).at(-1), `${third} pending`);
    assertOk(await change(id, { op: 'replace', path: '/sys_locked', value: false }));
    await workOnce(server, acme);
    assert.equal((await standing(server, acme, id)).at(-1), `${third} active`);
  });

  it('is served although the record changes while the gateway works', async () => {
    const id = await cardWithoutThird();
    gateway.failing.clear();
    gateway.meanwhile = async () => assertOk(await change(id, { op: 'replace', path: '/name', value: 'Renamed' }));
    const tokenized = gateway.tokenized.length;
    assert.deepEqual(await workOnce(server, acme), ['over']);
    const { body } = await getRecord(server, acme, id);
    assert.equal(body.name, 'Renamed');
    assert.equal(body.merchant_account_tokens.length, 3);
    assert.equal(body.sys_version, 3);
    assert.equal(gateway.tokenized.length, tokenized + 1);
  });
});

describe('where a record stands at its merchant accounts', () => {
  it('is told of a record that a caller brought, with its tokens', async () => {
    const record = await createRecord(server, acme);
    const { status, body } = await readTokens(server, acme, record.id);
    assert.equal(status, 200);
    assert.deepEqual(body, { Items: [{ ...record.merchant_account_tokens[0], status: 'active' }] });
    assertOk(await putRecord(server, acme, { ...record, name: 'Renamed' }));
    assert.deepEqual((await readTokens(server, acme, record.id)).body, body);
  });

  it('is another tenant’s own business', async () => {
    const { id } = await createRecord(server, acme);
    const answer = await readTokens(server, other, id);
    assert.equal(answer.status, 404);
    assert.equal(answer.body.errorCode, 'errormessage.record.not.found');
  });
});

it('neither Onfile’s tables nor those of the job queue hold a token in clear', async () => {
  const id = await cardWithoutThird(visa);
  const { body } = await getRecord(server, acme, id);
  await useCard(server, acme, mastercard);
  assert.ok((await pendingTasks(server, acme)).length > 1);
  for (const { token } of body.merchant_account_tokens) assert.deepEqual(await tablesHolding(server, token), []);
});
