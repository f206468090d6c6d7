import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { scopes } from '../src/contract/scopes.ts';
import { revokeClient } from '../src/ops/clients/revoke.ts';
import { tenantContext } from '../src/ops/tenants/context.ts';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
});

after(() => server.stop());

type Parameters = Record<string, unknown>;

const form = 'application/x-www-form-urlencoded';
const grant = { grant_type: 'client_credentials' };
const credentials = (): Parameters => ({ ...grant, client_id: acme.clientId, client_secret: acme.clientSecret });
const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`,
});
const json = (body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  server.call('POST', '/oauth/token', { body, headers });
const text = (body: string, headers: Record<string, string> = {}): Promise<Answer> =>
  server.call('POST', '/oauth/token', { body, headers: { 'content-type': form, ...headers } });

function assertRefused(answer: Answer, status: number, error: string): void {
  assert.deepEqual(Object.keys(answer.body).toSorted(), ['error', 'error_description'], JSON.stringify(answer.body));
  assert.equal(answer.body.error, error, answer.body.error_description);
  assert.equal(answer.status, status);
  assert.match(answer.body.error_description, /^[\x20-\x21\x23-\x5b\x5d-\x7e]{10,}$/);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  assert.equal(answer.headers.get('pragma'), 'no-cache');
  assert.equal(answer.headers.get('www-authenticate')?.startsWith('Basic ') ?? false, status === 401);
}

describe('a client gets an access token', () => {
  it('by JSON, by form, and by HTTP Basic', async () => {
    const fields = new URLSearchParams(credentials() as Record<string, string>).toString();
    const header = basic(acme.clientId, acme.clientSecret);
    for (const answer of [
      await json(credentials()),
      await text(fields),
      await json(grant, header),
      await text('grant_type=client_credentials', header),
      await json({ ...grant, client_id: acme.clientId }, header),
    ]) {
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      assert.deepEqual(Object.keys(answer.body), ['access_token', 'token_type', 'expires_in', 'scope']);
      assert.equal(answer.body.token_type, 'Bearer');
      assert.equal(answer.body.expires_in, 86_400);
      assert.equal(answer.headers.get('cache-control'), 'no-store');
      assert.equal(answer.headers.get('pragma'), 'no-cache');
    }
  });

  it('with the claims of its tenant, for 24 hours', async () => {
    const { body } = await json(credentials());
    const { iat, exp, jti, ...claims } = decodeJwt(body.access_token);
    assert.deepEqual(claims, {
      iss: 'urn:onfile:issuer:acme',
      sub: acme.clientId,
      aud: 'https://api.rhythmsoftware.com',
      tenant_id: 'acme',
      scope: scopes.join(' '),
    });
    assert.equal(Number(exp) - Number(iat), 86_400);
    assert.match(String(jti), /^[\da-f-]{36}$/);
    assert.equal(decodeProtectedHeader(body.access_token).alg, 'ES256');
    assert.equal(body.scope, scopes.join(' '));
  });

  it('for any configured audience, and for fewer scopes when it asks for fewer', async () => {
    const audience = await json({ ...credentials(), audience: 'urn:onfile:api' });
    assert.equal(decodeJwt(audience.body.access_token).aud, 'urn:onfile:api');
    const fewer = await json({ ...credentials(), scope: 'CONTACT_WRITE CONTACT_READ' });
    assert.equal(fewer.body.scope, 'CONTACT_READ CONTACT_WRITE');
    assert.equal(decodeJwt(fewer.body.access_token)['scope'], 'CONTACT_READ CONTACT_WRITE');
  });

  it('whatever unknown or empty parameters it sends along, and whatever Idempotency-Key', async () => {
    const header = { 'idempotency-key': 'the-same' };
    const first = await json({ ...credentials(), resource: 'x', scope: '', audience: null }, header);
    const second = await json(credentials(), header);
    assert.equal(first.status, 200);
    assert.equal(second.status, 200);
    assert.notEqual(first.body.access_token, second.body.access_token);
  });
});

describe('an access token', () => {
  const read = (tenantId: string, token: string) =>
    server.call('GET', `/storedPaymentMethods/${tenantId}/absent`, { headers: { authorization: token } });

  it('opens the Records API of its tenant, and of no other', async () => {
    const { body } = await json(credentials());
    await server.tenant('other');
    for (const token of [`Bearer ${body.access_token}`, body.access_token]) {
      assert.equal((await read('acme', token)).status, 404);
      assert.equal((await read('other', token)).status, 401);
      assert.equal((await read('nowhere', token)).status, 401);
    }
  });

  it('carries no more than it was asked for', async () => {
    const { body } = await json({ ...credentials(), scope: 'CONTACT_READ' });
    assert.equal((await read('acme', body.access_token)).status, 403);
  });

  it('ends within a second when its client is revoked, and there is no new one', async () => {
    const gone = await server.tenant('gone');
    assert.equal((await read('gone', gone.accessToken)).status, 404);
    const caller = { kind: 'command-line', id: 'test', scopes: new Set<never>() } as const;
    const ctx = await tenantContext(server.services, 'gone', caller);
    await revokeClient(ctx, { clientId: gone.clientId });
    const deadline = Date.now() + 1000;
    while ((await read('gone', gone.accessToken)).status !== 401) assert.ok(Date.now() < deadline);
    assertRefused(
      await json({ ...grant, client_id: gone.clientId, client_secret: gone.clientSecret }),
      401,
      'invalid_client',
    );
  });
});

describe('the token endpoint refuses', () => {
  it('an unknown client, an unknown tenant and a wrong secret in the same words', async () => {
    const wrong = 'x'.repeat(43);
    const answers = [
      await json({ ...credentials(), client_secret: wrong }),
      await json({ ...credentials(), client_id: `acme.${'x'.repeat(22)}` }),
      await json({ ...credentials(), client_id: `nowhere.${'x'.repeat(22)}` }),
      await json({ ...credentials(), client_id: "'; DROP TABLE clients" }),
      await json(grant, basic(acme.clientId, wrong)),
      await json(grant, { authorization: 'Basic ???' }),
      await json(grant, { authorization: 'Basic' }),
      await json(grant, { authorization: `Bearer ${acme.accessToken}` }),
      await json({ ...grant, client_id: acme.clientId }),
      await json(grant),
    ];
    for (const answer of answers) {
      assertRefused(answer, 401, 'invalid_client');
      assert.deepEqual(answer.body, answers[0]?.body);
    }
  });

  it('two ways of authentication at once', async () => {
    const header = basic(acme.clientId, acme.clientSecret);
    assertRefused(await json(credentials(), header), 400, 'invalid_request');
    assertRefused(await json({ ...grant, client_id: 'acme.other' }, header), 400, 'invalid_request');
  });

  it('a grant type that is missing or another', async () => {
    const { grant_type: _, ...rest } = credentials();
    assertRefused(await json(rest), 400, 'invalid_request');
    assertRefused(await json({ ...rest, grant_type: '' }), 400, 'invalid_request');
    assertRefused(await json({ ...rest, grant_type: 'password' }), 400, 'unsupported_grant_type');
  });

  it('scopes that the client does not have, and audiences that are not configured', async () => {
    const few = await server.tenant('few', { scopes: ['CONTACT_READ', 'MERCHANT_ACCOUNT_WRITE'] });
    const own = { ...grant, client_id: few.clientId, client_secret: few.clientSecret };
    assert.equal((await json(own)).body.scope, 'CONTACT_READ MERCHANT_ACCOUNT_WRITE');
    assertRefused(await json({ ...own, scope: 'CONTACT_READ CONTACT_WRITE' }), 400, 'invalid_scope');
    for (const scope of ['NOTHING', 'CONTACT_READ  CONTACT_WRITE', ' ', 'contact_read', 'toString']) {
      assertRefused(await json({ ...credentials(), scope }), 400, 'invalid_scope');
    }
    assertRefused(await json({ ...credentials(), audience: 'https://elsewhere.example' }), 400, 'invalid_request');
  });

  it('what is no request for a token', async () => {
    const fields = new URLSearchParams(credentials() as Record<string, string>).toString();
    assertRefused(await text(`${fields}&scope=CONTACT_READ&scope=CONTACT_WRITE`), 400, 'invalid_request');
    assertRefused(await text(`${fields}&%22%C3%A9=1&%22%C3%A9=2`), 400, 'invalid_request');
    assertRefused(await text('%FF=1'), 400, 'invalid_request');
    assertRefused(await text(''), 400, 'invalid_request');
    for (const body of ['{', 'null', '[]', '"text"', '{"grant_type":1}', '{"__proto__":{}}']) {
      assertRefused(await text(body, { 'content-type': 'application/json' }), 400, 'invalid_request');
    }
    assertRefused(await json({ ...credentials(), client_secret: { a: 1 } }), 400, 'invalid_request');
    assertRefused(await text(fields, { 'content-type': 'text/plain' }), 415, 'invalid_request');
    assertRefused(await json({ ...credentials(), filler: 'x'.repeat(2_000_000) }), 413, 'invalid_request');
  });

  it('more than 64 kB before it is taken apart, since anybody may send it', async () => {
    const many = Object.fromEntries(Array.from({ length: 8000 }, (_, n) => [`parameter_${n}`, '1']));
    assertRefused(await text(new URLSearchParams(many).toString()), 413, 'invalid_request');
    assertRefused(await json(many), 413, 'invalid_request');
    assertRefused(await text(`grant_type=password&padding=${'x'.repeat(60_000)}`), 400, 'unsupported_grant_type');
  });

  it('too many requests of one client, in the one error body', async () => {
    const busy = await server.tenant('busy', { rateLimitPerMinute: 2 });
    const own = { ...grant, client_id: busy.clientId, client_secret: busy.clientSecret };
    const answers = [await json(own), await json(own), await json(own)];
    const last = answers.at(-1);
    assert.equal(last?.status, 429);
    assert.equal(last?.body.errorCode, 'errormessage.rate.limit.exceeded');
    assert.ok(Number(last?.headers.get('retry-after')) > 0);
  });
});

it('no secret and no token reaches the log', async () => {
  const { body } = await json(credentials());
  await json({ ...credentials(), client_secret: `wrong${acme.clientSecret}` });
  assert.ok(server.log().includes('/oauth/token'));
  for (const secret of [acme.clientSecret, body.access_token, acme.apiKey]) assert.ok(!server.log().includes(secret));
});

it('the token endpoint is in the OpenAPI document, for JSON and for forms, open to all', async () => {
  const { body } = await server.call('GET', '/openapi.json');
  const operation = body.paths['/oauth/token'].post;
  assert.deepEqual(operation.tags, ['Access']);
  assert.deepEqual(operation.security, []);
  assert.deepEqual(Object.keys(operation.requestBody.content), ['application/json', form]);
});
