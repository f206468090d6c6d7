import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { keyHeader } from './harness/main-job.ts';
import { answersTo, openRaw } from './harness/raw-connection.ts';
import { startTestServer, type TestServer, type TestTenant } from './harness/server.ts';

let server: TestServer;
let acme: TestTenant;

before(async () => {
  server = await startTestServer();
  acme = await server.tenant('acme');
});

after(() => server.stop());

const uuid = '0197f6a2-3c4e-7d3b-9a51-5f0c2b7e9d10';
const ulid = '01JZV5G7Q8R9S0T1V2W3X4Y5Z6';

const ask = (requestId: string, path = `/v1/customers/${acme.customerId}`) =>
  server.call('GET', path, { headers: { ...keyHeader(acme), 'x-request-id': requestId } });

it('a request’s id is given back, with success and with failure', async () => {
  for (const id of [uuid, ulid, 'order-4711/retry=2', 'a', 'x'.repeat(128)]) {
    for (const path of [`/v1/customers/${acme.customerId}`, '/v1/customers/1', '/nowhere', '/health/live', '/%ff']) {
      assert.equal((await ask(id, path)).headers.get('x-request-id'), id, `${id} ${path}`);
    }
  }
});

it('an id that is long, no plain text, or a card number is not given back, and the request is served', async () => {
  const ids = [
    '',
    'x'.repeat(129),
    'two words',
    '<b>',
    'a"b',
    'a,b',
    '4242424242424242',
    'id-4242-4242-4242-4242',
    'ü',
  ];
  for (const id of ids) {
    const answer = await ask(id);
    assert.deepEqual([answer.status, answer.headers.get('x-request-id')], [200, null], id);
  }
  const twice = { ...keyHeader(acme), 'x-request-id': 'one, two' };
  assert.equal((await server.call('GET', '/v1/customers', { headers: twice })).headers.get('x-request-id'), null);
});

it('no header of the caller’s making can be put into the answer', async () => {
  const connection = await openRaw(Number(new URL(server.url).port));
  connection.send(
    'GET /health/live HTTP/1.1\r\nhost: a\r\nconnection: close\r\nx-request-id: a\rset-cookie: b\r\n\r\n',
  );
  await connection.closed;
  assert.doesNotMatch(connection.received(), /set-cookie/i);
  const text = 'GET /health/live HTTP/1.1\r\nhost: a\r\nconnection: close\r\nx-request-id: a\u0000b\r\n\r\n';
  assert.deepEqual(await answersTo(Number(new URL(server.url).port), text), [400]);
});

it('the log names only an id that a program made, since any other may be words', async () => {
  const logged = () => server.log().split('\n').filter(Boolean).at(-1) ?? '';
  for (const id of [uuid, uuid.toUpperCase(), ulid]) {
    await ask(id);
    assert.equal(JSON.parse(logged()).requestId, id);
  }
  const cards = ['42424242-4242-4242-aaaa-0123456789ab', '00000000004242424242424242', '0A4242424242424242AAAAAAAA'];
  for (const id of ['anna.test@example.org', acme.apiKey, '4242424242424242', 'order-4711', ...cards]) {
    await ask(id);
    assert.equal(JSON.parse(logged()).requestId, undefined);
    assert.ok(!server.log().includes(id));
  }
});

it('every answer names our trace, the same as in the error body and the log', async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const headers = { ...keyHeader(acme), traceparent };
  const served = await server.call('GET', `/v1/customers/${acme.customerId}`, { headers });
  assert.equal(served.headers.get('x-trace-id'), String(0x8448eb211c80319cn));
  for (const path of ['/v1/customers/1', '/nowhere', '/%ff', '/v1/customers?unknown=1']) {
    const { headers: answered, body } = await server.call('GET', path, { headers: keyHeader(acme) });
    assert.match(body.traceId, /^\d+$/);
    assert.equal(answered.get('x-trace-id'), body.traceId, path);
    assert.ok(server.log().includes(`"traceId":"${body.traceId}"`));
  }
  const malformed = await openRaw(Number(new URL(server.url).port));
  malformed.send('nonsense\r\n\r\n');
  await malformed.closed;
  const text = malformed.received();
  assert.equal(/x-trace-id: (\d+)/.exec(text)?.[1], JSON.parse(text.slice(text.indexOf('{'))).traceId);
});

it('the reference says which headers an answer carries', async () => {
  const { paths, components } = (await server.call('GET', '/openapi.json')).body;
  const { responses } = paths['/storedPaymentMethods/{tenantId}/{id}'].put;
  const named = (status: string) => Object.keys(responses[status].headers);
  assert.deepEqual(named('200'), ['X-Trace-Id', 'X-Request-Id', 'RateLimit', 'RateLimit-Policy', 'ETag']);
  assert.deepEqual(named('401'), ['X-Trace-Id', 'X-Request-Id', 'WWW-Authenticate']);
  assert.ok(named('429').includes('Retry-After') && named('503').includes('Retry-After'));
  for (const { $ref } of Object.values<{ $ref: string }>(responses['429'].headers)) {
    assert.ok(components.headers[$ref.split('/').at(-1) ?? ''].description);
  }
});
