import assert from 'node:assert/strict';
import { createSecretKey, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { decrypt, encrypt } from '../src/crypto/aes-gcm.ts';
import { open, SealBroken, seal } from '../src/crypto/envelope.ts';
import { hmacSha256, keyedHash, sameHash } from '../src/crypto/keyed-hash.ts';
import gcm from './vectors/wycheproof-aes-gcm.json' with { type: 'json' };
import hmac from './vectors/wycheproof-hmac-sha256.json' with { type: 'json' };

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');

/** What is left out, and why: vectors/README.md. */
const gcmCases = gcm.testGroups
  .filter(({ keySize, ivSize, tagSize }) => keySize === 256 && ivSize === 96 && tagSize === 128)
  .flatMap(({ tests }) => tests);
const hmacCases = hmac.testGroups.filter(({ tagSize }) => tagSize === 256).flatMap(({ tests }) => tests);

/** As `node:test` shows a vector that fails. */
const named = ({ tcId, comment, flags }: { tcId: number; comment: string; flags: string[] }): string =>
  `${tcId} ${comment} ${flags.join(', ')}`;

test('AES-256-GCM makes and opens every valid vector of Wycheproof, and opens none that was tampered with', () => {
  let valid = 0;
  for (const vector of gcmCases) {
    const key = createSecretKey(bytes(vector.key));
    const [nonce, additionalData] = [bytes(vector.iv), bytes(vector.aad)];
    const sealed = bytes(vector.ct + vector.tag);
    const opened = () => decrypt(sealed, key, nonce, additionalData).toString('hex');
    if (vector.result === 'valid') {
      valid += 1;
      const made = Buffer.concat(encrypt(bytes(vector.msg), key, nonce, additionalData));
      assert.equal(made.toString('hex'), sealed.toString('hex'), named(vector));
      assert.equal(opened(), vector.msg, named(vector));
    } else {
      assert.throws(opened, named(vector));
    }
  }
  assert.deepEqual([gcmCases.length, valid], [66, 39]);
});

test('what is sealed is the same AES-256-GCM: a text of each vector opens again, and not when it was tampered with', () => {
  const binding = ['acme', 'vectors', 'row', 'field', 1] as const;
  for (const vector of gcmCases) {
    const dataKey = { keyId: randomUUID(), key: createSecretKey(bytes(vector.key)) };
    const sealed = seal(bytes(vector.msg), dataKey, binding);
    assert.equal(open(sealed, dataKey, binding).toString('hex'), vector.msg, named(vector));
    for (const at of [0, 1, 17, sealed.length - 17, sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(at) ^ 0x80, at);
      assert.throws(() => open(changed, dataKey, binding), SealBroken, named(vector));
    }
  }
});

test('HMAC-SHA-256 answers as every vector of Wycheproof says', () => {
  let valid = 0;
  for (const vector of hmacCases) {
    const made = hmacSha256(createSecretKey(bytes(vector.key)), [bytes(vector.msg)]);
    assert.equal(sameHash(made, bytes(vector.tag)), vector.result === 'valid', named(vector));
    valid += vector.result === 'valid' ? 1 : 0;
  }
  assert.deepEqual([hmacCases.length, valid], [87, 33]);
});

test('a keyed hash is that HMAC over its parts, each behind its length', () => {
  for (const vector of hmacCases) {
    const key = createSecretKey(bytes(vector.key));
    const message = bytes(vector.msg);
    const expected = hmacSha256(key, [`${message.length}:`, message, '4:more']);
    assert.deepEqual(keyedHash(key, message, 'more'), expected, named(vector));
  }
});
