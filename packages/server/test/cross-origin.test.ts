import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { buildComponent } from '../../../scripts/build-component.ts';
import { startSession } from './harness/main-job.ts';
import { operationsOf } from './harness/openapi-operations.ts';
import { callerFor, credentialsFor, samplesOf, urlOf } from './harness/sample-requests.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

const origin = 'https://shop.example';
/** Open to every site, because what they hold is: the keys that verify tokens, and the loader that shops include. */
const openToAll = ['GET /oauth/{tenantId}/jwks'];
const loader = ['widget.js', 'widget.mjs', 'widget.d.ts'].map((name) => `/component/v1/${name}`);

let server: TestServer;
let acme: TestTenant;

before(async () => {
  await buildComponent();
  server = await startTestServer();
  acme = await server.tenant('acme', { allowedOrigins: [origin] });
});

after(() => server.stop());

/** What tells a browser that a page of another site may read the answer, or send more than a form could. */
const permissions = (headers: Headers): string[] =>
  [...headers].flatMap(([name, value]) =>
    /^(?:access-control-|timing-allow)/.test(name) ? [`${name}: ${value}`] : [],
  );

const preflight = (path: string, method: string): Promise<Response> =>
  fetch(server.url + path, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization, content-type, x-api-key, x-user-payment-session-token',
      'access-control-request-private-network': 'true',
    },
  });

it('no page of another site can read an answer of the API, though it had the credentials', async () => {
  for (const operation of await operationsOf(server)) {
    if (openToAll.includes(operation.name)) continue;
    for (const sampleOf of samplesOf(operation)) {
      const caller = await callerFor(server, acme, operation);
      const sample = sampleOf(caller.ids, acme);
      const { status, headers, body } = await server.call(operation.method, urlOf(operation, sample), {
        headers: { ...credentialsFor(operation, caller), origin },
        ...(sample.body ? { body: sample.body } : {}),
      });
      assert.ok(status < 300, `${operation.name}: ${JSON.stringify(body)}`);
      assert.deepEqual(permissions(headers), [], operation.name);
      assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin', operation.name);
    }
  }
});

it('nor send it anything that needs a credential: the browser’s question beforehand permits nothing', async () => {
  for (const { path, method, name } of await operationsOf(server)) {
    const answer = await preflight(path.replaceAll(/\{\w+\}/g, '1'), method);
    assert.equal(answer.status, 204, name);
    assert.deepEqual(permissions(answer.headers), [], name);
  }
});

it('nor can one that another site frames or loads as a script', async () => {
  for (const path of ['/health/live', '/health/ready', '/docs', '/nowhere', '/v1/customers', '/%ff']) {
    const { headers } = await fetch(server.url + path, { headers: { origin } });
    assert.deepEqual(permissions(headers), [], path);
    assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin', path);
    assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/, path);
  }
});

it('the loader and the keys of tokens are for every site, without credentials, and whatever their answer varies by', async () => {
  for (const path of [...loader, '/oauth/acme/jwks']) {
    const { status, headers } = await fetch(server.url + path, { headers: { origin } });
    assert.equal(status, 200, path);
    assert.deepEqual(permissions(headers), ['access-control-allow-origin: *'], path);
    assert.deepEqual(permissions((await preflight(path, 'GET')).headers), [], path);
  }
});

it('the form’s page is for the frames of the tenant’s sites, and what it loads for that page', async () => {
  const shop = await server.tenant('shop', { allowedOrigins: [origin] });
  const token = await startSession(server, shop);
  const frame = `/component/v1/frame/${token.slice(4, token.lastIndexOf('_'))}`;
  const page = await fetch(server.url + frame, { headers: { origin } });
  assert.deepEqual(permissions(page.headers), []);
  assert.match(page.headers.get('content-security-policy') ?? '', new RegExp(`frame-ancestors 'self' ${origin}`));
  const script = /src="([^"]+)"/.exec(await page.text())?.[1] ?? '';
  assert.deepEqual(permissions((await fetch(server.url + script, { headers: { origin } })).headers), []);
});
