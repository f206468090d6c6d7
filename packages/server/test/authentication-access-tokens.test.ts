import assert from 'node:assert/strict';
import { createHmac, createPublicKey, generateKeyPairSync, type JsonWebKeyInput, type KeyObject } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import type { Caller } from '../src/context.ts';
import { scopes } from '../src/contract/scopes.ts';
import { createClient } from '../src/ops/clients/create.ts';
import { revokeClient } from '../src/ops/clients/revoke.ts';
import { tenantContext } from '../src/ops/tenants/context.ts';
import { answersWithinASecond, claimsFor, signedBy, signingKeyOf } from './harness/access-tokens.ts';
import { assertRefused, assertSameRefusal } from './harness/assert-refused.ts';
import { createRecord, putRecord } from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let beside: TestServer;
let acme: TestTenant;
let other: TestTenant;

before(async () => {
  server = await startTestServer();
  beside = await startTestServer({}, server);
  acme = await server.tenant('acme', { locale: 'de' });
  other = await server.tenant('other');
});

after(async () => {
  await beside.stop();
  await server.stop();
});

const setup: Caller = { kind: 'command-line', id: 'test', scopes: new Set(scopes) };

const read = (authorization: string | undefined, tenantId = 'acme', on = server): Promise<Answer> =>
  on.call('GET', `/storedPaymentMethods/${tenantId}/none`, {
    headers: authorization === undefined ? {} : { authorization },
  });

/** The token is good: the record that it asks for is what does not exist. */
const assertTaken = (answer: Answer): void => assertRefused(answer, 404, 'record.not.found');

const signed = (overrides: JWTPayload = {}, header = {}): Promise<string> =>
  signedBy(server, 'acme', claimsFor(server, acme, overrides), header);

const segment = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('an access token', () => {
  it('is taken bare and as Bearer in any case', async () => {
    for (const scheme of ['', 'Bearer ', 'bearer ', 'BEARER  '])
      assertTaken(await read(`${scheme}${acme.accessToken}`));
  });

  it('that is missing is 401, and the answer says how to send one', async () => {
    const answer = await read(undefined);
    assertRefused(answer, 401, 'authentication.required');
    assert.equal(answer.headers.get('www-authenticate'), 'Bearer realm="onfile"');
  });

  it('that does not verify is one and the same 401', async () => {
    const { kid, publicJwk, privateKey } = await signingKeyOf(server, 'acme');
    const claims = claimsFor(server, acme);
    const publicKey = createPublicKey({ key: publicJwk, format: 'jwk' } as JsonWebKeyInput);
    const confused = (secret: string | Buffer): string => {
      const content = `${segment({ alg: 'HS256', kid, typ: 'JWT' })}.${segment(claims)}`;
      return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
    };
    const [head = '', body = '', signature = ''] = acme.accessToken.split('.');
    const now = Number(claims.iat);
    const stranger: KeyObject = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const tokens: Record<string, string> = {
      nonsense: 'nonsense',
      'three parts of nonsense': 'a.b.c',
      'no algorithm': new UnsecuredJWT(claims).encode(),
      'no algorithm, in another spelling': `${segment({ alg: 'nOnE', kid })}.${segment(claims)}.`,
      'the public key as a shared secret, PEM': confused(publicKey.export({ type: 'spki', format: 'pem' })),
      'the public key as a shared secret, DER': confused(publicKey.export({ type: 'spki', format: 'der' })),
      'the public key as a shared secret, JWK': confused(JSON.stringify(publicJwk)),
      'another issuer': await signed({ iss: 'urn:onfile:issuer:other' }),
      'no issuer': await signed({ iss: undefined }),
      'another audience': await signed({ aud: 'https://elsewhere.example.com' }),
      'no audience': await signed({ aud: undefined }),
      'another tenant claimed': await signed({ tenant_id: 'other' }),
      'no tenant claimed': await signed({ tenant_id: undefined }),
      'several tenants claimed': await signed({ tenant_id: ['acme', 'other'] }),
      expired: await signed({ exp: now - 1 }),
      'no end': await signed({ exp: undefined }),
      'not yet valid': await signed({ nbf: now + 3600 }),
      'no client': await signed({ sub: undefined }),
      'a client that does not exist': await signed({ sub: 'acme.0123456789abcdefghijkl' }),
      'another tenant’s client': await signed({ sub: other.clientId }),
      'another tenant’s token': other.accessToken,
      'signed by a stranger': await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid }).sign(stranger),
      'a key of its own in the header': await new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', jwk: createPublicKey(stranger).export({ format: 'jwk' }) })
        .sign(stranger),
      'an unknown key': await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'none' }).sign(privateKey),
      'another body': `${head}.${segment({ ...claims, scope: scopes.join(' ') })}.${signature}`,
      'another header': `${segment({ alg: 'ES256', kid, typ: 'at+jwt' })}.${body}.${signature}`,
      'no signature': `${head}.${body}.`,
      'a zero signature': `${head}.${body}.${Buffer.alloc(64).toString('base64url')}`,
      'twice over': `${acme.accessToken}.${acme.accessToken}`,
    };
    const first = await read('Bearer x');
    assertRefused(first, 401, 'authentication.invalid');
    assert.equal(first.headers.get('www-authenticate'), 'Bearer realm="onfile", error="invalid_token"');
    for (const [name, token] of Object.entries(tokens)) {
      const answer = await read(`Bearer ${token}`);
      assert.equal(answer.status, 401, name);
      assertSameRefusal(answer, first);
      assert.equal(answer.headers.get('www-authenticate'), first.headers.get('www-authenticate'), name);
    }
    assertTaken(await read(await signed()));
  });

  it('works until it expires', async () => {
    const now = Number(claimsFor(server, acme).iat);
    const token = await signed({ exp: now + 60 });
    assertTaken(await read(token));
    server.clock.advance(61_000);
    assertRefused(await read(token), 401, 'authentication.invalid');
  });

  it('ends with its client within a second, in every process', async () => {
    const ctx = await tenantContext(server.services, 'acme', setup);
    const client = await createClient(ctx, { name: 'short-lived', scopes });
    const token = await signed({ sub: client.clientId });
    assertTaken(await read(token));
    assertTaken(await read(token, 'acme', beside));
    await revokeClient(ctx, { clientId: client.clientId });
    for (const process of [server, beside]) {
      const answer = await answersWithinASecond(() => read(token, 'acme', process), 401);
      assertRefused(answer, 401, 'authentication.invalid');
    }
  });

  it('carries no more scopes than its client has, and no fewer are needed than it carries', async () => {
    const record = await createRecord(server, acme);
    const readOnly = { ...acme, accessToken: await signed() };
    const refused = await putRecord(server, readOnly, record);
    assertRefused(refused, 403, 'permission.denied');
    const ctx = await tenantContext(server.services, 'acme', setup);
    const client = await createClient(ctx, { name: 'reader', scopes: ['STORED_PAYMENT_METHOD_READ'] });
    const greedy = await signed({ sub: client.clientId, scope: scopes.join(' ') });
    assertTaken(await read(greedy));
    assertRefused(await putRecord(server, { ...acme, accessToken: greedy }, record), 403, 'permission.denied');
  });
});

describe('a tenant that does not exist', () => {
  it('is answered byte for byte like one that refuses the token', async () => {
    const text = async (tenantId: string) => {
      const response = await fetch(`${server.url}/storedPaymentMethods/${tenantId}/none`, {
        headers: { authorization: `Bearer ${acme.accessToken}` },
      });
      const headers = Object.fromEntries(response.headers);
      for (const varying of ['date', 'x-trace-id']) delete headers[varying];
      delete headers['content-length'];
      return { status: response.status, headers, body: (await response.text()).replace(/"traceId":"\d+"/, '') };
    };
    const refused = await text('other');
    assert.equal(refused.status, 401);
    for (const tenantId of [
      'nobody',
      'ACME',
      'a',
      'x'.repeat(200),
      '%00',
      'a%2Fb',
      "o'reilly",
      'acme%20',
      '..%2Facme',
    ]) {
      assert.deepEqual(await text(tenantId), refused, tenantId);
    }
  });
});
