import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { Type } from 'typebox';
import { createApp } from '../src/http/app.ts';
import type { App } from '../src/http/app-type.ts';
import type { Deprecation } from '../src/http/deprecation.ts';
import { serveEndpoint } from '../src/http/endpoint.ts';
import { createLogger } from '../src/log.ts';
import { operation } from '../src/ops/operation.ts';
import { type HttpCaller, httpCaller } from './harness/http-caller.ts';
import { keyHeader } from './harness/main-job.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;
let app: App;
let call: HttpCaller;

const Greeting = Type.Object({ greeting: Type.String() });
const greet = operation('CUSTOMER_READ', async () => ({ greeting: 'hello' }));

/** An app with endpoints of our own making, on the services of a real server. */
function serveGreetings(routes: App, deprecations: Record<string, Deprecation | undefined>): void {
  for (const [name, deprecated] of Object.entries(deprecations)) {
    serveEndpoint(routes, server.services, {
      method: 'GET',
      url: `/v1/${name}`,
      security: 'api-key',
      operation: greet,
      summary: `Greet from ${name}`,
      tag: 'Customer API',
      ...(deprecated ? { deprecated } : {}),
      success: { schema: Greeting },
      input: () => undefined,
      present: (body) => ({ body }),
    });
  }
}

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
  app = await createApp({
    logger: createLogger('silent'),
    ready: async () => true,
    register: (routes) => {
      routes.decorateRequest('authenticated', null);
      serveGreetings(routes, {
        today: undefined,
        yesterday: { since: '2026-11-01' },
        'long-ago': { since: '2023-06-30', sunset: '2027-01-31', link: 'https://docs.example/changes' },
      });
    },
  });
  call = httpCaller(await app.listen({ host: '127.0.0.1', port: 0 }));
});

after(async () => {
  await app.close();
  await server.stop();
});

const told = ({ headers }: { headers: Headers }) => ['deprecation', 'sunset', 'link'].map((name) => headers.get(name));

it('an endpoint that should not be used any more still serves, and says since when, until when and what instead', async () => {
  const answer = await call('GET', '/v1/long-ago', { headers: keyHeader(acme) });
  assert.deepEqual([answer.status, answer.body], [200, { greeting: 'hello' }]);
  assert.deepEqual(told(answer), [
    '@1688083200',
    'Sun, 31 Jan 2027 00:00:00 GMT',
    '<https://docs.example/changes>; rel="deprecation"; type="text/html"',
  ]);
});

it('says only what is known of its end', async () => {
  assert.deepEqual(told(await call('GET', '/v1/yesterday', { headers: keyHeader(acme) })), ['@1793491200', null, null]);
});

it('says so with its failures too, or a client that is refused would not learn of it', async () => {
  const refused = await call('GET', '/v1/long-ago');
  assert.equal(refused.status, 401);
  assert.equal(told(refused)[0], '@1688083200');
});

it('an endpoint that stays says nothing', async () => {
  assert.deepEqual(told(await call('GET', '/v1/today', { headers: keyHeader(acme) })), [null, null, null]);
});

it('the reference marks the endpoint as deprecated', async () => {
  const { paths } = (await call('GET', '/openapi.json')).body;
  assert.equal(paths['/v1/today'].get.deprecated, undefined);
  assert.equal(paths['/v1/long-ago'].get.deprecated, true);
  assert.ok('Sunset' in paths['/v1/long-ago'].get.responses['200'].headers);
  assert.ok(!('Sunset' in paths['/v1/today'].get.responses['200'].headers));
  assert.match(
    paths['/v1/long-ago'].get.description,
    /Deprecated since 2023-06-30\. It may be gone from 2027-01-31 on\./,
  );
});
