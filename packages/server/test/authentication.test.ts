import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Caller } from '../src/context.ts';
import { type Scope, scopes } from '../src/contract/scopes.ts';
import { createApiKey } from '../src/ops/api-keys/create.ts';
import { revokeApiKey } from '../src/ops/api-keys/revoke.ts';
import { tenantContext } from '../src/ops/tenants/context.ts';
import { answersWithinASecond } from './harness/access-tokens.ts';
import { assertRefused, assertSameRefusal } from './harness/assert-refused.ts';
import { bearer, beginRequest, keyHeader, sessionHeader, startSession } from './harness/main-job.ts';
import { isPublic, type Operation, operationsOf } from './harness/openapi-operations.ts';
import { type Credentials, credentialsFor } from './harness/sample-requests.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let beside: TestServer;
let acme: TestTenant;
let other: TestTenant;

before(async () => {
  server = await startTestServer();
  beside = await startTestServer({}, server);
  acme = await server.tenant('acme');
  other = await server.tenant('other');
});

after(async () => {
  await beside.stop();
  await server.stop();
});

const setup: Caller = { kind: 'command-line', id: 'test', scopes: new Set(scopes) };

async function newKey(options: { expiresAt?: Date; scopes?: readonly Scope[] } = {}) {
  const ctx = await tenantContext(server.services, 'acme', setup);
  const key = await createApiKey(ctx, { name: 'another', scopes, expiresAt: null, ...options });
  return { ctx, keyId: key.keyId, apiKey: key.apiKey.reveal() };
}

const withKey = (apiKey: string | undefined, on = server): Promise<Answer> =>
  on.call('GET', `/v1/customers/${acme.customerId}`, {
    headers: apiKey === undefined ? {} : { 'x-api-key': apiKey },
  });

/** The same character class, another value. */
const altered = (text: string, at: number): string =>
  `${text.slice(0, at)}${text.at(at) === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;

describe('an API key', () => {
  it('that is missing is 401, and the answer says how to send one', async () => {
    const answer = await withKey(undefined);
    assertRefused(answer, 401, 'authentication.required');
    assert.match(answer.headers.get('www-authenticate') ?? '', /^ApiKey .*x-api-key/);
  });

  it('that is malformed, unknown, wrong or another tenant’s is one and the same 401', async () => {
    assert.equal((await withKey(acme.apiKey)).status, 200);
    const [prefix = '', secret = ''] = acme.apiKey.split(/_(?=[^_]+$)/);
    const first = await withKey('nonsense');
    assertRefused(first, 401, 'authentication.invalid');
    for (const key of [
      'x'.repeat(5000),
      `Bearer ${acme.apiKey}`,
      `${acme.apiKey}, ${acme.apiKey}`,
      altered(acme.apiKey, acme.apiKey.length - 1),
      `${altered(prefix, prefix.length - 1)}_${secret}`,
      acme.apiKey.replace('acme', 'other'),
      acme.apiKey.replace('acme', 'nobody'),
      acme.apiKey.replace('ofk', 'ups'),
      `${prefix}_${other.apiKey.split('_').at(-1)}`,
      acme.apiKey.toLowerCase(),
    ]) {
      const answer = await withKey(key);
      assertSameRefusal(answer, first);
      assert.equal(answer.headers.get('www-authenticate'), first.headers.get('www-authenticate'));
    }
  });

  it('works until it expires', async () => {
    const expiresAt = new Date(server.clock.now().getTime() + 60_000);
    const { apiKey } = await newKey({ expiresAt });
    assert.equal((await withKey(apiKey)).status, 200);
    server.clock.advance(60_000);
    assertRefused(await withKey(apiKey), 401, 'authentication.invalid');
  });

  it('that is revoked is refused within a second, in every process', async () => {
    const { ctx, keyId, apiKey } = await newKey();
    assert.equal((await withKey(apiKey)).status, 200);
    assert.equal((await withKey(apiKey, beside)).status, 200);
    await revokeApiKey(ctx, { keyId });
    for (const process of [server, beside]) {
      const answer = await answersWithinASecond(() => withKey(apiKey, process), 401);
      assertRefused(answer, 401, 'authentication.invalid');
    }
  });

  it('made in one process works in another at once', async () => {
    const { apiKey } = await newKey();
    assert.equal((await withKey(apiKey, beside)).status, 200);
  });
});

describe('a session token', () => {
  const session = (token: string | undefined): Promise<Answer> =>
    server.call('GET', '/upg/api/v1/session', { headers: token === undefined ? {} : sessionHeader(token) });

  it('that is missing, malformed, wrong or expired is one and the same 401', async () => {
    const token = await startSession(server, acme);
    assert.equal((await session(token)).status, 200);
    const first = await session(undefined);
    assertRefused(first, 401, 'session.invalid');
    assert.match(first.headers.get('www-authenticate') ?? '', /^SessionToken /);
    const elsewhere = token.replace('acme', 'other');
    for (const wrong of ['nonsense', altered(token, token.length - 1), elsewhere, acme.apiKey, 'ups_a.b_c']) {
      assertSameRefusal(await session(wrong), first);
    }
    server.clock.advance(2 * 3_600_000 + 1);
    assertSameRefusal(await session(token), first);
  });

  it('opens nothing but its own session', async () => {
    const token = await startSession(server, acme);
    const [, foreign] = [token, await startSession(server, acme)];
    const request = await beginRequest(server, foreign);
    const answer = await server.call('GET', `/upg/api/v1/payments/${request}`, { headers: sessionHeader(token) });
    assertRefused(answer, 404, 'payment.request.not.found');
    assert.equal((await server.call('GET', `/v1/customers/1`, { headers: sessionHeader(token) })).status, 401);
    assert.equal((await withKey(token)).status, 401);
  });
});

describe('a credential of one API', () => {
  it('is unknown to the others', async () => {
    const records = `/storedPaymentMethods/acme/none`;
    assert.equal((await server.call('GET', records, { headers: bearer(acme) })).status, 404);
    assert.equal((await server.call('GET', records, { headers: keyHeader(acme) })).status, 401);
    assert.equal(
      (await server.call('GET', records, { headers: { authorization: `Bearer ${acme.apiKey}` } })).status,
      401,
    );
    assert.equal((await server.call('GET', '/v1/customers/1', { headers: bearer(acme) })).status, 401);
    assert.equal((await server.call('GET', '/upg/api/v1/session', { headers: keyHeader(acme) })).status, 401);
  });
});

describe('a scope that the caller lacks', () => {
  const malformed = { 'content-type': 'application/json' };

  /** A request in which everything but the credential is wrong. */
  const sendGarbage = (operation: Operation, caller: Credentials | null): Promise<Answer> => {
    const tenantId = caller?.tenant.tenantId ?? 'acme';
    const path = operation.path.replace('{tenantId}', tenantId).replaceAll(/\{\w+\}/g, 'none');
    return server.call(operation.method, `${path}?unknown=1`, {
      headers: { ...malformed, ...(caller ? credentialsFor(operation, caller) : {}) },
      ...(operation.body ? { body: '{malformed' } : {}),
    });
  };

  it('is named by a 403 on each operation, before path, query and body are looked at', async () => {
    const operations = (await operationsOf(server)).filter(({ scope }) => scope !== null);
    assert.ok(operations.length >= 19);
    for (const lacking of new Set(operations.map(({ scope }) => scope))) {
      const tenantId = `no-${String(lacking).toLowerCase().replaceAll('_', '-')}`;
      const tenant = await server.tenant(tenantId, { scopes: scopes.filter((scope) => scope !== lacking) });
      for (const operation of operations.filter(({ scope }) => scope === lacking)) {
        const answer = await sendGarbage(operation, { tenant, session: '' });
        assertRefused(answer, 403, 'permission.denied');
        assert.deepEqual(answer.body.typedArgs, [{ type: 'PERMISSION_LIST', value: { values: [lacking] } }]);
        assert.deepEqual(answer.body.args, [lacking]);
      }
    }
  });

  it('is asked for after the credential, whatever else is wrong', async () => {
    for (const operation of (await operationsOf(server)).filter(({ security }) => security !== null)) {
      const { status, headers } = await sendGarbage(operation, null);
      assert.equal(status, 401, operation.name);
      assert.ok(headers.get('www-authenticate'), operation.name);
    }
  });

  it('is the scope of every operation but the gateway’s, whose session is its own permission', async () => {
    const open = (await operationsOf(server)).filter(
      (operation) => operation.scope === null && operation.security !== 'SessionToken' && !isPublic(operation),
    );
    assert.deepEqual(
      open.map(({ name }) => name),
      ['POST /oauth/token'],
    );
  });
});
