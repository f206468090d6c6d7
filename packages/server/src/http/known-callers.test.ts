import assert from 'node:assert/strict';
import { it } from 'node:test';
import { KnownCallers } from './known-callers.ts';

it('a caller is of the tenant that its credential was good for, until it is refused, and of none by its word', () => {
  const callers = new KnownCallers();
  const good = { 'x-api-key': 'ofk_acme_1' };
  const strangers = callers.groupOf({});
  assert.equal(callers.groupOf(good), strangers);
  callers.remember(good, 'acme');
  assert.equal(callers.groupOf(good), 'acme');
  for (const forged of [{ 'x-api-key': 'ofk_acme_2' }, { authorization: 'ofk_acme_2' }, { 'x-tenant': 'acme' }]) {
    assert.equal(callers.groupOf(forged), strangers);
  }
  callers.forget(good);
  assert.equal(callers.groupOf(good), strangers);
});
