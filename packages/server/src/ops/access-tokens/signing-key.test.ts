import assert from 'node:assert/strict';
import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { it } from 'node:test';
import { importJWK, jwtVerify, SignJWT } from 'jose';
import { type Binding, open, SealBroken } from '../../crypto/envelope.ts';
import { newSigningKey, openSigningKey } from './signing-key.ts';

const wrapping = { keyId: randomUUID(), key: createSecretKey(randomBytes(32)) };
const keys = { open: (sealed: Buffer, binding: Binding) => open(sealed, wrapping, binding) };

it('a signing key opens for its own tenant only, and its public half verifies', async () => {
  const row = await newSigningKey('acme', wrapping, new Date());
  const jwt = await new SignJWT({}).setProtectedHeader({ alg: 'ES256' }).sign(await openSigningKey('acme', row, keys));
  await jwtVerify(jwt, await importJWK(row.publicJwk));
  assert.equal(Object.hasOwn(row.publicJwk, 'd'), false);
  await assert.rejects(openSigningKey('other', row, keys), SealBroken);
  await assert.rejects(openSigningKey('acme', { ...row, kid: 'another' }, keys), SealBroken);
});
