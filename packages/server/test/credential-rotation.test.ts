import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import type { Context } from '../src/context.ts';
import { rotateSigningKey } from '../src/ops/access-tokens/rotate-signing-key.ts';
import { createApiKey } from '../src/ops/api-keys/create.ts';
import { revokeApiKey } from '../src/ops/api-keys/revoke.ts';
import { rotateApiKey } from '../src/ops/api-keys/rotate.ts';
import { revokeClient } from '../src/ops/clients/revoke.ts';
import { rotateClientSecret } from '../src/ops/clients/rotate-secret.ts';
import { tenantContext } from '../src/ops/tenants/context.ts';
import { answersWithinASecond } from './harness/access-tokens.ts';
import { auditOf } from './harness/look-inside.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

const hour = 3_600_000;

let server: TestServer;
let beside: TestServer;

before(async () => {
  server = await startTestServer();
  beside = await startTestServer({}, server);
});

after(async () => {
  await beside.stop();
  await server.stop();
});

const operator = { kind: 'command-line', id: 'test', scopes: new Set<never>() } as const;
const contextOf = (tenant: TestTenant): Promise<Context> => tenantContext(server.services, tenant.tenantId, operator);

const statusOfKey = async (apiKey: string, of = server): Promise<number> =>
  (await of.call('HEAD', '/v1/anything', { headers: { 'x-api-key': apiKey } })).status;

const tokenOf = (tenant: TestTenant, clientSecret: string, of = server) =>
  of.call('POST', '/oauth/token', {
    body: { grant_type: 'client_credentials', client_id: tenant.clientId, client_secret: clientSecret },
  });

const statusOfToken = (tenant: TestTenant, token: string, of = server) =>
  of.call('GET', `/merchantAccounts/${tenant.tenantId}`, { headers: { authorization: `Bearer ${token}` } });

const overNow = { code: 'errormessage.credential.over' };
const tooLong = { code: 'errormessage.validation.term.range', reference: 'overlap' };
const unknown = { code: 'errormessage.credential.not.found' };

describe('an API key that is rotated', () => {
  it('works beside its successor until the overlap is over', async () => {
    const tenant = await server.tenant('keys');
    const ctx = await contextOf(tenant);
    const rotated = await rotateApiKey(ctx, { keyId: tenant.apiKeyId, overlapMs: hour });
    assert.equal(rotated.name, 'test');
    assert.equal(rotated.expiresAt, null);
    assert.equal(rotated.replacedKeyId, tenant.apiKeyId);
    const apiKey = rotated.apiKey.reveal();
    assert.deepEqual([await statusOfKey(tenant.apiKey), await statusOfKey(apiKey)], [200, 200]);
    server.clock.advance(hour + 1000);
    await answersWithinASecond(
      () => beside.call('HEAD', '/v1/anything', { headers: { 'x-api-key': tenant.apiKey } }),
      401,
    );
    assert.equal(await statusOfKey(apiKey, beside), 200);
    assert.deepEqual(
      (await auditOf(server, 'keys', tenant.apiKeyId)).map(({ name }) => name),
      ['api_key.created', 'api_key.rotated'],
    );
  });

  it('never lives longer than it would have, and its successor as long as it did', async () => {
    const ctx = await contextOf(await server.tenant('short-keys'));
    const expiresAt = new Date(server.clock.now().getTime() + hour);
    const { keyId } = await createApiKey(ctx, { name: 'short', scopes: ['CUSTOMER_READ'], expiresAt });
    const rotated = await rotateApiKey(ctx, { keyId, overlapMs: 24 * hour });
    assert.deepEqual(rotated.replacedExpiresAt, expiresAt);
    assert.deepEqual(rotated.scopes, ['CUSTOMER_READ']);
    const life = Number(rotated.expiresAt) - server.clock.now().getTime();
    assert.ok(Math.abs(life - hour) < 60_000, String(life));
  });

  it('is rotated once, and only while it is good', async () => {
    const tenant = await server.tenant('once');
    const other = await server.tenant('another');
    const ctx = await contextOf(tenant);
    const input = { keyId: tenant.apiKeyId, overlapMs: hour };
    const outcomes = await Promise.allSettled([rotateApiKey(ctx, input), rotateApiKey(ctx, input)]);
    assert.deepEqual(outcomes.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
    await assert.rejects(rotateApiKey(ctx, input), overNow);
    await assert.rejects(rotateApiKey(ctx, { ...input, keyId: other.apiKeyId }), unknown);
    await assert.rejects(rotateApiKey(ctx, { ...input, overlapMs: -1 }), tooLong);
    await assert.rejects(rotateApiKey(ctx, { ...input, overlapMs: 31 * 24 * hour }), tooLong);
    const { keyId } = await createApiKey(ctx, { name: 'revoked', scopes: ['CUSTOMER_READ'], expiresAt: null });
    await revokeApiKey(ctx, { keyId });
    await assert.rejects(rotateApiKey(ctx, { keyId, overlapMs: hour }), overNow);
  });
});

describe('a client secret that is rotated', () => {
  it('is good beside the new one until the overlap is over, and tokens live on', async () => {
    const tenant = await server.tenant('secrets');
    const ctx = await contextOf(tenant);
    const rotated = await rotateClientSecret(ctx, { clientId: tenant.clientId, overlapMs: hour });
    const secret = rotated.clientSecret.reveal();
    assert.notEqual(secret, tenant.clientSecret);
    assert.equal((await tokenOf(tenant, secret)).status, 200);
    assert.equal((await tokenOf(tenant, tenant.clientSecret)).status, 200);
    server.clock.advance(hour + 1000);
    assert.equal((await tokenOf(tenant, secret, beside)).status, 200);
    assert.equal((await tokenOf(tenant, tenant.clientSecret, beside)).body.error, 'invalid_client');
    assert.equal((await statusOfToken(tenant, tenant.accessToken)).status, 200);
  });

  it('ends at once without an overlap, and when another rotation follows', async () => {
    const tenant = await server.tenant('at-once');
    const ctx = await contextOf(tenant);
    const { clientId } = tenant;
    const second = await rotateClientSecret(ctx, { clientId, overlapMs: hour });
    const third = await rotateClientSecret(ctx, { clientId, overlapMs: hour });
    const statuses = async (...secrets: string[]) =>
      Promise.all(secrets.map(async (secret) => (await tokenOf(tenant, secret)).status));
    const [two, three] = [second.clientSecret.reveal(), third.clientSecret.reveal()];
    assert.deepEqual(await statuses(tenant.clientSecret, two, three), [401, 200, 200]);
    const fourth = await rotateClientSecret(ctx, { clientId, overlapMs: 0 });
    assert.equal(fourth.earlierSecretUntil, null);
    assert.deepEqual(await statuses(two, three, fourth.clientSecret.reveal()), [401, 401, 200]);
    await revokeClient(ctx, { clientId });
    await assert.rejects(rotateClientSecret(ctx, { clientId, overlapMs: 0 }), overNow);
    await assert.rejects(rotateClientSecret(ctx, { clientId: 'at-once.nothing', overlapMs: 0 }), unknown);
  });
});

describe('a signing key that is rotated', () => {
  const keySetOf = (tenantId: string, of = server) => of.call('GET', `/oauth/${tenantId}/jwks`);

  it('verifies until its tokens are over, while the new one signs, and no request in between is refused', async () => {
    const tenant = await server.tenant('signing');
    assert.equal((await keySetOf('signing')).body.keys.length, 1);
    const rotated = await rotateSigningKey(await contextOf(tenant), {});
    const soon = await tokenOf(tenant, tenant.clientSecret, beside);
    assert.equal((await statusOfToken(tenant, soon.body.access_token)).status, 200);
    server.clock.advance(1500);
    const later = await tokenOf(tenant, tenant.clientSecret, beside);
    assert.equal(decodeProtectedHeader(later.body.access_token).kid, rotated.kid);
    await answersWithinASecond(() => statusOfToken(tenant, later.body.access_token), 200);
    assert.equal((await statusOfToken(tenant, tenant.accessToken)).status, 200);
    const { body } = await keySetOf('signing', beside);
    assert.equal(body.keys.length, 2);
    await jwtVerify(later.body.access_token, createLocalJWKSet(body), { currentDate: server.clock.now() });
    server.clock.advance(24 * hour + 61_000);
    await answersWithinASecond(async () => {
      const { headers, body: left } = await keySetOf('signing');
      return { status: left.keys.length, headers, body: left };
    }, 1);
  });

  it('ends with all its tokens at once without an overlap, in every process', async () => {
    const tenant = await server.tenant('leaked');
    assert.equal((await statusOfToken(tenant, tenant.accessToken, beside)).status, 200);
    await rotateSigningKey(await contextOf(tenant), { overlapMs: 0 });
    await answersWithinASecond(() => statusOfToken(tenant, tenant.accessToken), 401);
    await answersWithinASecond(() => statusOfToken(tenant, tenant.accessToken, beside), 401);
    const fresh = await tokenOf(tenant, tenant.clientSecret);
    await answersWithinASecond(() => statusOfToken(tenant, fresh.body.access_token, beside), 200);
  });

  it('is published to all, without its private half, and for no tenant as an empty set', async () => {
    await server.tenant('published');
    const { status, headers, body } = await keySetOf('published');
    assert.equal(status, 200);
    assert.equal(headers.get('cache-control'), 'public, max-age=300');
    assert.match(headers.get('content-type') ?? '', /^application\/json/);
    assert.deepEqual(Object.keys(body.keys[0]).toSorted(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    for (const tenantId of ['nobody', 'No-Tenant', '%20']) {
      const absent = await keySetOf(tenantId);
      assert.deepEqual([absent.status, absent.body], [200, { keys: [] }]);
      assert.equal(absent.headers.get('cache-control'), 'public, max-age=300');
    }
  });
});
