import assert from 'node:assert/strict';
import { it } from 'node:test';
import { KnownCallers } from './known-callers.ts';

it('a caller is of the tenant that its credential was good for, until it is refused, and of none by its word', () => {
  const callers = new KnownCallers();
  const good = { 'x-api-key': 'ofk_acme_1' };
  const strangers = callers.groupOf({});
  assert.equal(callers.groupOf(good), strangers);
  callers.remember(good, 'x-api-key', 'acme');
  assert.equal(callers.groupOf(good), 'acme');
  for (const forged of [{ 'x-api-key': 'ofk_acme_2' }, { authorization: 'ofk_acme_2' }, { 'x-tenant': 'acme' }]) {
    assert.equal(callers.groupOf(forged), strangers);
  }
  callers.forget(good);
  assert.equal(callers.groupOf(good), strangers);
});

it('whoever has one good credential makes nobody forgotten by the others that he makes up', () => {
  const callers = new KnownCallers();
  callers.remember({ 'x-api-key': 'ofk_small_1' }, 'x-api-key', 'small');
  const session = { 'x-user-payment-session-token': 'ups_flood_1' };
  for (let n = 0; n < 10_001; n++) {
    const headers = { ...session, authorization: `made-up-${n}` };
    callers.remember(headers, 'x-user-payment-session-token', 'flood');
    assert.equal(callers.groupOf(headers), 'flood');
  }
  assert.equal(callers.groupOf({ authorization: 'made-up-1' }), callers.groupOf({}));
  assert.equal(callers.groupOf({ 'x-api-key': 'ofk_small_1' }), 'small');
});

it('a tenant with ever so many credentials makes no other tenant forgotten, only its own oldest', () => {
  const callers = new KnownCallers();
  callers.remember({ 'x-api-key': 'ofk_small_1' }, 'x-api-key', 'small');
  const session = (n: number) => ({ 'x-user-payment-session-token': `ups_flood_${n}` });
  for (let n = 0; n < 20_000; n++) callers.remember(session(n), 'x-user-payment-session-token', 'flood');
  assert.equal(callers.groupOf({ 'x-api-key': 'ofk_small_1' }), 'small');
  assert.equal(callers.groupOf(session(19_999)), 'flood');
  assert.equal(callers.groupOf(session(19_001)), 'flood');
  assert.equal(callers.groupOf(session(0)), callers.groupOf({}));
});

it('a credential in daily use is not the one that is forgotten', () => {
  const callers = new KnownCallers();
  const key = { 'x-api-key': 'ofk_shop_1' };
  for (let n = 0; n < 5000; n++) {
    callers.remember(key, 'x-api-key', 'shop');
    callers.remember({ 'x-user-payment-session-token': `ups_shop_${n}` }, 'x-user-payment-session-token', 'shop');
  }
  assert.equal(callers.groupOf(key), 'shop');
});
