import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertRefused } from './harness/assert-refused.ts';
import { openLoad } from './harness/bulk-loads.ts';
import { bearer, createRecord, keyHeader } from './harness/main-job.ts';
import { operationsOf } from './harness/openapi-operations.ts';
import { openRaw } from './harness/raw-connection.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
});

after(() => server.stop());

const fetched = (method: string, path: string, headers: Record<string, string> = {}) =>
  fetch(server.url + path, { method, headers, redirect: 'manual' });

/** An address that the path is good for, as far as the router looks. */
const addressOf = (path: string): string => path.replaceAll(/\{\w+\}/g, '1');

/** The documented methods of each documented path, with those that go with them. */
async function documentedPaths(): Promise<Map<string, string[]>> {
  const paths = new Map<string, Set<string>>();
  for (const { path, method } of await operationsOf(server)) {
    const methods = paths.get(path) ?? new Set(['OPTIONS', ...(path.startsWith('/v1/') ? ['HEAD'] : [])]);
    methods.add(method);
    if (method === 'GET') methods.add('HEAD');
    paths.set(path, methods);
  }
  return new Map([...paths].map(([path, methods]) => [path, [...methods].toSorted()]));
}

/** What nobody documents, but everybody may ask for. */
const pages = ['/health/live', '/health/ready', '/openapi.json', '/docs', '/component/v1/widget.js'];

/** Or the lengths of failures would differ by a digit. */
const sameTrace = { 'x-datadog-trace-id': '7' };

/** All of the answer, through a connection of its own: `fetch` hides what does not belong in the answer to HEAD. */
async function wholeAnswer(method: string, path: string, headers: Record<string, string> = {}): Promise<string> {
  const connection = await openRaw(Number(new URL(server.url).port));
  const lines = Object.entries({ host: 'a', connection: 'close', ...sameTrace, ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  connection.send(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  await connection.closed;
  return connection.received();
}

const headersIn = (answer: string): string[] =>
  answer
    .slice(0, answer.indexOf('\r\n\r\n'))
    .split('\r\n')
    .filter((line) => !/^(?:date|ratelimit[\w-]*|keep-alive):/i.test(line))
    .toSorted();

describe('OPTIONS', () => {
  it('of every documented path says what it takes, whoever asks, and does nothing', async () => {
    const paths = await documentedPaths();
    assert.ok(paths.size > 40);
    for (const [path, methods] of paths) {
      const answer = await fetched('OPTIONS', addressOf(path));
      assert.deepEqual([answer.status, answer.headers.get('allow')], [204, methods.join(', ')], path);
      assert.equal(await answer.text(), '');
    }
  });

  it('of pages and scripts does so too', async () => {
    for (const path of pages) {
      const answer = await fetched('OPTIONS', path);
      assert.deepEqual([answer.status, answer.headers.get('allow')], [204, 'GET, HEAD, OPTIONS'], path);
    }
  });

  it('of an unknown path is 404', async () => {
    for (const path of ['/nowhere', '/v1/customers/1/nowhere', '/storedPaymentMethods']) {
      assertRefused(await server.call('OPTIONS', path), 404, 'route.not.found');
    }
  });

  it('of the server names what it serves at all', async () => {
    const answer = await wholeAnswer('OPTIONS', '*');
    assert.match(answer, /^HTTP\/1\.1 204 /);
    assert.match(answer, /\r\nallow: DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT\r\n/i);
    assert.match(answer, /\r\nx-trace-id: \d+\r\n/i);
    assert.match(answer, /\r\nx-content-type-options: nosniff\r\n/i);
  });

  it('minds no body', async () => {
    const answer = await server.call('OPTIONS', '/oauth/token', {
      headers: { 'content-type': 'text/plain' },
      body: '{malformed',
    });
    assert.deepEqual([answer.status, answer.body], [204, '']);
  });
});

it('a method that a path does not take is 405 and named with those that it does', async () => {
  const everyMethod = ['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT', 'PROPFIND'];
  for (const [path, methods] of await documentedPaths()) {
    for (const method of everyMethod.filter((name) => !methods.includes(name))) {
      const answer = await fetched(method, addressOf(path));
      assert.deepEqual([answer.status, answer.headers.get('allow')], [405, methods.join(', ')], `${method} ${path}`);
      await answer.body?.cancel();
    }
  }
});

describe('HEAD', () => {
  it('has the headers of GET and no body, for pages, failures and records', async () => {
    const record = await createRecord(server, acme);
    const path = `/storedPaymentMethods/acme/${record['id']}`;
    const asked: [path: string, headers: Record<string, string>][] = [
      ...pages.map((page): [string, Record<string, string>] => [page, {}]),
      [path, bearer(acme)],
      [`/contacts/acme/${acme.contactId}`, bearer(acme)],
      ['/storedPaymentMethods/acme', bearer(acme)],
      ['/storedPaymentMethods/acme/unknown', bearer(acme)],
      [path, {}],
      ['/nowhere', {}],
    ];
    for (const [address, headers] of asked) {
      const [get, head] = [await wholeAnswer('GET', address, headers), await wholeAnswer('HEAD', address, headers)];
      assert.deepEqual(headersIn(head), headersIn(get), address);
      assert.ok(head.endsWith('\r\n\r\n'), address);
    }
  });

  it('of a file makes no file, and of a progress follows nothing', async () => {
    const answer = await wholeAnswer('HEAD', '/storedPaymentMethods/acme/export', bearer(acme));
    assert.match(answer, /^HTTP\/1\.1 200 /);
    assert.match(answer, /\r\ncontent-type: text\/csv/i);
    assert.match(answer, /\r\n\r\n$/);
    const load = await openLoad(server, acme);
    const progress = await wholeAnswer('HEAD', `/bulkLoads/acme/${load}/progress`, bearer(acme));
    assert.match(progress, /^HTTP\/1\.1 200 [^]*\r\ncontent-type: text\/event-stream\r\n[^]*\r\n\r\n$/i);
  });

  it('of any path of the Customer API only checks the key', async () => {
    for (const path of ['/v1', '/v1/nowhere', '/v1/customers/create', `/v1/customers/${acme.customerId}`]) {
      assert.equal((await fetched('HEAD', path, keyHeader(acme))).status, 200, path);
      assert.equal((await fetched('HEAD', path)).status, 401, path);
    }
  });
});
