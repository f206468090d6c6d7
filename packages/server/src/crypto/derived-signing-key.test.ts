import assert from 'node:assert/strict';
import { createSecretKey, sign, verify } from 'node:crypto';
import { test } from 'node:test';
import { deriveSigningPair } from './derived-signing-key.ts';

const secret = createSecretKey(Buffer.alloc(32, 7));
const text = Buffer.from('the chain ends here');

test('a key pair derived again verifies what was signed before', () => {
  const signature = sign(null, text, deriveSigningPair(secret, 'one').privateKey);
  assert.ok(verify(null, text, deriveSigningPair(secret, 'one').publicKey, signature));
});

test('another purpose or another secret has another key pair', () => {
  const signature = sign(null, text, deriveSigningPair(secret, 'one').privateKey);
  assert.ok(!verify(null, text, deriveSigningPair(secret, 'two').publicKey, signature));
  const other = createSecretKey(Buffer.alloc(32, 8));
  assert.ok(!verify(null, text, deriveSigningPair(other, 'one').publicKey, signature));
});
