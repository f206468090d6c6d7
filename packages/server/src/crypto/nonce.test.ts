import assert from 'node:assert/strict';
import { it } from 'node:test';
import { nonceBytes, randomNonce } from './nonce.ts';

it('no nonce is given out twice, and none changes afterwards', () => {
  const nonces = Array.from({ length: 5000 }, randomNonce);
  const given = nonces.map((nonce) => nonce.toString('hex'));
  assert.equal(new Set(given).size, nonces.length);
  assert.ok(nonces.every((nonce) => nonce.length === nonceBytes));
  randomNonce();
  assert.deepEqual(
    nonces.map((nonce) => nonce.toString('hex')),
    given,
  );
});
