import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import type { JWTPayload } from 'jose';
import { scopes } from '../src/contract/scopes.ts';
import { findIssuer } from '../src/ops/authentication/external-issuer.ts';
import { addIssuer } from '../src/ops/issuers/add.ts';
import { removeIssuer } from '../src/ops/issuers/remove.ts';
import type { IssuerAddition } from '../src/ops/issuers/rules.ts';
import { tenantContext } from '../src/ops/tenants/context.ts';
import { answersWithinASecond } from './harness/access-tokens.ts';
import { assertRefused, assertSameRefusal } from './harness/assert-refused.ts';
import { type ExternalIssuer, startExternalIssuer } from './harness/external-issuer.ts';
import { createRecord, recordBody } from './harness/main-job.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';
import { until } from './harness/until.ts';

let server: TestServer;
let acme: TestTenant;
let login: ExternalIssuer;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
  await server.tenant('other');
  login = await startExternalIssuer('acme');
  await add('acme', login);
});

after(async () => {
  await login.stop();
  await server.stop();
});

const contextOf = (tenantId: string) =>
  tenantContext(server.services, tenantId, { kind: 'command-line', id: 'test', scopes: new Set(scopes) });

const additionOf = (issuer: Pick<ExternalIssuer, 'issuer' | 'jwksUrl' | 'audience'>): IssuerAddition => ({
  issuer: issuer.issuer,
  jwksUrl: issuer.jwksUrl,
  audiences: [issuer.audience],
  algorithms: ['RS256', 'ES256', 'EdDSA'],
  tenantClaim: 'tenant_id',
  contactClaim: 'contact_id',
  scopeClaim: 'scope',
  scopes: ['MERCHANT_ACCOUNT_READ', 'STORED_PAYMENT_METHOD_READ'],
});

const add = async (tenantId: string, issuer: ExternalIssuer, overrides: Partial<IssuerAddition> = {}) =>
  addIssuer(await contextOf(tenantId), { ...additionOf(issuer), ...overrides });

const list = (token: string, tenantId = 'acme'): Promise<Answer> =>
  server.call('GET', `/merchantAccounts/${tenantId}`, { headers: { authorization: `Bearer ${token}` } });

/** An issuer of one test's own, known to acme. */
async function knownIssuer(t: TestContext, overrides: Partial<IssuerAddition> = {}, algorithm?: string) {
  const issuer = await startExternalIssuer('acme', algorithm);
  t.after(() => issuer.stop());
  const { issuerId } = await add('acme', issuer, overrides);
  await until(() => findIssuer(server.services, 'acme', { issuerId }));
  return { ...issuer, issuerId };
}

describe('a token of an external issuer', () => {
  it('is taken with the scopes that both it and the issuer have', async () => {
    const token = await login.sign();
    assert.equal((await list(token)).status, 200);
    const { accessToken: _, ...caller } = acme;
    const answer = await server.call('POST', '/storedPaymentMethods/acme', {
      headers: { authorization: token },
      body: recordBody({ ...caller, accessToken: token }),
    });
    assertRefused(answer, 403, 'permission.denied');
    const none = await list(await login.sign({ scope: undefined }));
    assertRefused(none, 403, 'permission.denied');
  });

  it('makes the issuer’s keys be read once, not for every token', async (t) => {
    const issuer = await knownIssuer(t);
    const token = await issuer.sign();
    await list(token);
    await list(token);
    await list(await issuer.sign({ sub: 'somebody-else' }));
    assert.equal(issuer.reads(), 1);
  });

  it('may name its scopes, tenant and contact in claims of its own, and be signed in other ways', async (t) => {
    const claims = { tenantClaim: 'https://acme.example/org', contactClaim: 'member', scopeClaim: 'permissions' };
    for (const algorithm of ['ES256', 'EdDSA']) {
      const issuer = await knownIssuer(t, claims, algorithm);
      const said = { 'https://acme.example/org': 'acme', permissions: ['STORED_PAYMENT_METHOD_READ'] };
      const token = await issuer.sign({ ...said, member: acme.contactId, tenant_id: 'other', scope: undefined });
      const { id } = await createRecord(server, acme);
      const read = (recordId: string) =>
        server.call('GET', `/storedPaymentMethods/acme/${recordId}`, { headers: { authorization: token } });
      assert.equal((await read(id)).status, 200);
      const elsewhere = await issuer.sign({ ...said, member: 'somebody-else', scope: undefined });
      const answer = await server.call('GET', `/storedPaymentMethods/acme/${id}`, {
        headers: { authorization: elsewhere },
      });
      assertRefused(answer, 404, 'record.not.found');
    }
  });

  it('is refused, always with the same 401, when anything of it does not verify', async (t) => {
    const stranger = await startExternalIssuer('acme');
    t.after(() => stranger.stop());
    const now = Math.floor(Date.now() / 1000);
    const sign = (overrides: JWTPayload) => login.sign(overrides);
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await sign({})).split('.')[1]}.`;
    const bad: Record<string, string> = {
      'another audience': await sign({ aud: 'https://elsewhere.example' }),
      'no audience': await sign({ aud: undefined }),
      'another tenant': await sign({ tenant_id: 'other' }),
      'no tenant': await sign({ tenant_id: undefined }),
      'tenants in a list': await sign({ tenant_id: ['acme'] }),
      'no subject': await sign({ sub: undefined }),
      'a subject without end': await sign({ sub: 'x'.repeat(201) }),
      'no end': await sign({ exp: undefined }),
      'long over': await sign({ exp: now - 60 }),
      'not yet': await sign({ nbf: now + 3600 }),
      'an unknown issuer': await sign({ iss: 'https://login.example' }),
      'no issuer': await sign({ iss: undefined }),
      'the built-in issuer': await sign({ iss: 'urn:onfile:issuer:acme' }),
      'another key': await stranger.sign({ iss: login.issuer }),
      'a contact that is no text': await sign({ contact_id: 7 }),
      'an empty contact': await sign({ contact_id: '' }),
      'no signature': unsigned,
      'no token': 'x.y.z',
    };
    const first = await list(unsigned);
    assertRefused(first, 401, 'authentication.invalid');
    for (const [name, token] of Object.entries(bad)) {
      const answer = await list(token);
      assert.equal(answer.status, 401, name);
      assertSameRefusal(answer, first);
      assert.equal(answer.headers.get('www-authenticate'), first.headers.get('www-authenticate'));
    }
    const good = await login.sign();
    assertSameRefusal(await list(good, 'other'), first);
    assertSameRefusal(await list(good, 'nobody'), first);
  });

  it('is refused when it is signed in a way that the issuer is not allowed to', async (t) => {
    const issuer = await knownIssuer(t, { algorithms: ['ES256'] });
    assertRefused(await list(await issuer.sign()), 401, 'authentication.invalid');
  });

  it('is refused with the same 401 while the keys cannot be had', async (t) => {
    const answers = [
      { status: 500 },
      { status: 302, headers: { location: login.jwksUrl } },
      { status: 200, body: 'not JSON' },
      { status: 200, body: '{"keys":"none"}' },
      { status: 200, body: JSON.stringify({ keys: [], filler: 'x'.repeat(600_000) }) },
    ];
    for (const answer of answers) {
      const issuer = await knownIssuer(t);
      issuer.answerWith(answer);
      assertRefused(await list(await issuer.sign()), 401, 'authentication.invalid');
    }
    const gone = await knownIssuer(t);
    const token = await gone.sign();
    await gone.stop();
    assertRefused(await list(token), 401, 'authentication.invalid');
  });

  it('is refused within a second of the issuer’s removal, even one that was seen before', async (t) => {
    const issuer = await knownIssuer(t);
    const token = await issuer.sign();
    assert.equal((await list(token)).status, 200);
    await removeIssuer(await contextOf('acme'), { issuerId: issuer.issuerId });
    await answersWithinASecond(() => list(token), 401);
  });
});

describe('an issuer', () => {
  const refused = async (overrides: Partial<IssuerAddition>, reference: string): Promise<void> => {
    const addition = { ...additionOf({ issuer: 'x', jwksUrl: 'https://x.example/keys', audience: 'a' }), ...overrides };
    await assert.rejects(addIssuer(await contextOf('other'), addition), { reference }, JSON.stringify(overrides));
  };

  it('is refused when its keys are not on the public internet, or not over HTTPS', async () => {
    for (const jwksUrl of [
      '',
      'keys',
      'http://login.example/keys',
      'ftp://login.example/keys',
      'https://10.0.0.1/keys',
      'https://169.254.169.254/latest/meta-data',
      'https://[fd00::1]/keys',
      'https://[::ffff:10.0.0.1]/keys',
      'https://2130706433.0x7f.1/keys',
      'http://127.0.0.2/keys',
      'https://user:secret@login.example/keys',
      'https://login.example/keys#one',
    ]) {
      await refused({ jwksUrl }, 'jwksUrl');
    }
  });

  it('is refused without audience, with shared secrets, or in our own name', async () => {
    await refused({ audiences: [] }, 'audiences');
    await refused({ audiences: [' '] }, 'audiences');
    for (const algorithms of [[], ['HS256'], ['none'], ['RS256', 'RS1']]) await refused({ algorithms }, 'algorithms');
    await refused({ issuer: 'urn:onfile:issuer:acme' }, 'issuer');
    await refused({ issuer: '' }, 'issuer');
    await refused({ tenantClaim: '' }, 'tenantClaim');
    await refused({ scopes: ['EVERYTHING'] }, 'scopes');
  });

  it('is there once in a tenant, and its name does not reach into another', async () => {
    await assert.rejects(add('acme', login), { code: 'errormessage.issuer.exists' });
    const { issuerId } = await add('other', login);
    await until(() => findIssuer(server.services, 'other', { issuerId }));
    assertRefused(await list(await login.sign(), 'other'), 401, 'authentication.invalid');
    assert.equal((await list(await login.sign({ tenant_id: 'other' }), 'other')).status, 200);
    const acmes = await contextOf('acme');
    await assert.rejects(removeIssuer(acmes, { issuerId }), { code: 'errormessage.issuer.not.found' });
  });
});
