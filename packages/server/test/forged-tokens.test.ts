import assert from 'node:assert/strict';
import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import * as fc from 'fast-check';
import { type JWK, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import { scopes } from '../src/contract/scopes.ts';
import { findIssuer } from '../src/ops/authentication/external-issuer.ts';
import { addIssuer } from '../src/ops/issuers/add.ts';
import { tenantContext } from '../src/ops/tenants/context.ts';
import { claimsFor, signedBy, signingKeyOf } from './harness/access-tokens.ts';
import { assertRefused, assertSameRefusal } from './harness/assert-refused.ts';
import { type ExternalIssuer, startExternalIssuer } from './harness/external-issuer.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { until } from './harness/until.ts';

/** A way to sign what one of acme's issuers would, and anything else with its key. */
type Issuer = {
  publicJwk: JWK;
  kid: string;
  alg: string;
  claims: JWTPayload;
  sign: (claims: JWTPayload, header?: Partial<JWTHeaderParameters>) => Promise<string>;
};

const longestMs = 2000;
let server: TestServer;
let acme: TestTenant;
let login: ExternalIssuer;
/** Where forged headers point to; must never be asked. */
const elsewhere = createServer((_request, response) => void response.end('{}'));
let asked = 0;
let trap: string;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
  await server.tenant('other');
  login = await startExternalIssuer('acme');
  const ctx = await tenantContext(server.services, 'acme', { kind: 'command-line', id: 't', scopes: new Set(scopes) });
  const { issuerId } = await addIssuer(ctx, {
    issuer: login.issuer,
    jwksUrl: login.jwksUrl,
    audiences: [login.audience],
    algorithms: ['RS256'],
    tenantClaim: 'tenant_id',
    contactClaim: 'contact_id',
    scopeClaim: 'scope',
    scopes: ['STORED_PAYMENT_METHOD_READ'],
  });
  await until(() => findIssuer(server.services, 'acme', { issuerId }));
  elsewhere.on('request', () => (asked += 1));
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  trap = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/keys`;
});

after(async () => {
  elsewhere.close();
  await login.stop();
  await server.stop();
});

async function builtIn(): Promise<Issuer> {
  const { kid, publicJwk } = await signingKeyOf(server, 'acme');
  const claims = claimsFor(server, acme);
  const sign: Issuer['sign'] = (said, header) => signedBy(server, 'acme', said, header);
  return { publicJwk, kid, alg: 'ES256', claims, sign };
}

async function external(): Promise<Issuer> {
  const [, payload = ''] = (await login.sign()).split('.');
  const claims: JWTPayload = JSON.parse(Buffer.from(payload, 'base64url').toString());
  return { publicJwk: login.publicJwk, kid: 'key-1', alg: 'RS256', claims, sign: login.sign };
}

const read = (token: string, tenantId = 'acme'): Promise<Answer> =>
  server.call('GET', `/storedPaymentMethods/${tenantId}/none`, { headers: { authorization: `Bearer ${token}` } });

const segment = (value: object | string): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** Tokens of which not one is good, by what is wrong with it. */
async function forgeries({ publicJwk, kid, alg, claims, sign }: Issuer): Promise<Record<string, string>> {
  const good = await sign(claims);
  const [head = '', body = '', signature = ''] = good.split('.');
  const publicKey = createPublicKey({ key: publicJwk, format: 'jwk' });
  const confused = (algorithm: string, secret: string | Buffer, header = {}): string => {
    const content = `${segment({ alg: algorithm, kid, ...header })}.${segment(claims)}`;
    return `${content}.${createHmac(`sha${algorithm.slice(2)}`, secret)
      .update(content)
      .digest('base64url')}`;
  };
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const strangersJwk = stranger.publicKey.export({ format: 'jwk' });
  const strangely = (header: Partial<JWTHeaderParameters>) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid, ...header }).sign(stranger.privateKey);
  const unsigned = (algorithm: string): string => `${segment({ alg: algorithm, kid })}.${body}.`;
  const now = Number(claims.iat);
  const twice = (name: string, first: unknown, second: unknown): string => {
    const { [name]: _, ...others } = claims;
    const text = JSON.stringify(others).slice(1);
    return segment(`{"${name}":${JSON.stringify(first)},"${name}":${JSON.stringify(second)},${text}`);
  };
  return {
    'alg none': unsigned('none'),
    'alg None': unsigned('None'),
    'alg nOnE': unsigned('nOnE'),
    'alg with a space': unsigned('none '),
    'alg that is no text': `${segment({ alg: ['none'], kid })}.${body}.`,
    'no alg': `${segment({ kid })}.${body}.${signature}`,
    'no signature': `${head}.${body}.`,
    'no third part': `${head}.${body}`,
    'a cut signature': `${head}.${body}.${signature.slice(0, -8)}`,
    'a longer signature': `${head}.${body}.${signature}AAAA`,
    'a signature of zeros (CVE-2022-21449)': `${head}.${body}.${Buffer.alloc(64).toString('base64url')}`,
    'a signature of zeros under ES256': `${segment({ alg: 'ES256', kid })}.${body}.${Buffer.alloc(64).toString('base64url')}`,
    'the public key as a secret, PEM': confused('HS256', publicKey.export({ type: 'spki', format: 'pem' })),
    'the public key as a secret, DER': confused('HS256', publicKey.export({ type: 'spki', format: 'der' })),
    'the public key as a secret, JWK': confused('HS512', JSON.stringify(publicJwk)),
    'an empty secret': confused('HS256', ''),
    'a key of its own in jwk': await strangely({ jwk: strangersJwk }),
    'a symmetric key of its own in jwk': confused('HS256', 'secret', { jwk: { kty: 'oct', k: segment('secret') } }),
    'keys elsewhere by jku': await strangely({ jku: trap }),
    'a certificate elsewhere by x5u': await strangely({ x5u: trap }),
    'a certificate of its own by x5c': await strangely({ x5c: [segment('none')] }),
    'an issuer elsewhere': await sign({ ...claims, iss: trap }),
    'a kid that is a path': await strangely({ kid: '../../../../dev/null' }),
    'a kid that is SQL': await strangely({ kid: `' UNION SELECT 'x' -- ` }),
    'a kid that is a property': await strangely({ kid: '__proto__' }),
    'a kid that is no text': `${segment({ alg, kid: { $ne: null } })}.${body}.${signature}`,
    'an extension that must be understood': `${segment({ alg, kid, crit: ['x'], x: 1 })}.${body}.${signature}`,
    'an unencoded payload': `${segment({ alg, kid, crit: ['b64'], b64: false })}.${JSON.stringify(claims)}.${signature}`,
    'another body': `${head}.${segment({ ...claims, scope: scopes.join(' ') })}.${signature}`,
    'the same claim twice': `${head}.${twice('tenant_id', 'acme', 'acme')}.${signature}`,
    'two tenants': `${head}.${twice('tenant_id', 'other', 'acme')}.${signature}`,
    'claims that are a list': `${head}.${segment('[]')}.${signature}`,
    'claims that are no JSON': `${head}.${segment('{')}.${signature}`,
    'a proof, not an access token': await sign(claims, { typ: 'dpop+jwt' }),
    'an id token by its type': await sign(claims, { typ: 'id+jwt' }),
    'a logout token': await sign(claims, { typ: 'logout+jwt' }),
    'another audience': await sign({ ...claims, aud: 'https://elsewhere.example' }),
    'an audience like ours': await sign({ ...claims, aud: `${String(claims.aud)}.evil.example` }),
    'another tenant': await sign({ ...claims, tenant_id: 'other' }),
    'an issuer like ours': await sign({ ...claims, iss: `${claims.iss} ` }),
    expired: await sign({ ...claims, exp: now - 60 }),
    'an end that is no number': await sign({ ...claims, exp: 'never' as unknown as number }),
    'valid from tomorrow': await sign({ ...claims, nbf: now + 86_400 }),
    'five parts, as if encrypted': `${segment({ alg: 'dir', enc: 'A256GCM' })}..${body}.${body}.${signature}`,
    'a long token': `${head}.${segment({ ...claims, filler: 'x'.repeat(9000) })}.${signature}`,
    'many dots': '.'.repeat(10_000),
    'a token in other letters': good.replace(/[a-z]/, (letter) => letter.toUpperCase()),
  };
}

for (const [name, issuerOf] of Object.entries({ 'the built-in issuer': builtIn, 'an external issuer': external })) {
  describe(`a forged token of ${name}`, () => {
    it('is refused quickly, always with one and the same 401, and nothing is fetched for it', async () => {
      const issuer = await issuerOf();
      const known = await read('x.y.z');
      assertRefused(known, 401, 'authentication.invalid');
      const reads = login.reads();
      for (const [forgery, token] of Object.entries(await forgeries(issuer))) {
        const began = performance.now();
        const answer = await read(token);
        assert.equal(answer.status, 401, forgery);
        assertSameRefusal(answer, known);
        assert.equal(answer.headers.get('www-authenticate'), known.headers.get('www-authenticate'), forgery);
        assert.ok(performance.now() - began < longestMs, forgery);
      }
      assert.equal(asked, 0);
      assert.ok(login.reads() - reads <= 1, 'its keys are not read again for each');
    });

    it('is none when it says that it is an access token, or nothing of the kind', async () => {
      const { claims, sign } = await issuerOf();
      for (const typ of ['JWT', 'jwt', 'at+jwt', 'application/at+jwt', undefined]) {
        const answer = await read(await sign(claims, typ === undefined ? {} : { typ }));
        assertRefused(answer, 404, 'record.not.found');
      }
    });

    it('made of a good one by any change to its text is refused', async () => {
      const { claims, sign } = await issuerOf();
      const good = await sign(claims);
      // The last letter of a part holds bits that stand for nothing.
      const counted = Array.from(good.matchAll(/[^.](?=[^.])/g), ({ index }) => index);
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...counted),
          fc.constantFrom('A', 'z', '0', '-', '_', '.', '~', '='),
          async (at, letter) => {
            fc.pre(good[at] !== letter);
            assertRefused(await read(good.slice(0, at) + letter + good.slice(at + 1)), 401, 'authentication.invalid');
          },
        ),
        { numRuns: 100 },
      );
    });
  });
}
