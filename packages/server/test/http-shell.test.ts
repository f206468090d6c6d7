import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ErrorBody } from '../src/contract/error-body.ts';
import { createApp } from '../src/http/app.ts';
import { createLogger } from '../src/log.ts';
import { assertError, canary, json, type Shell, startShell } from './harness/http-shell.ts';
import { until } from './harness/until.ts';

let shell: Shell;

before(async () => {
  shell = await startShell();
});

after(() => shell.app.close());

const errorOf = (answer: string): ErrorBody => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));

const failing = (how: string, headers: Record<string, string> = {}) => shell.send('GET', `/fail/${how}`, { headers });

const traceOf = async (headers: Record<string, string>) => (await failing('used', headers)).body.traceId;

describe('an address', () => {
  it('that is unknown is 404 in the error body', async () => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']) {
      assertError(await shell.send(method, '/nowhere'), 404, 'route.not.found');
    }
    assertError(await shell.send('GET', '/docs/static/nothing.js'), 404, 'route.not.found');
  });

  it('with another method is 405 with Allow', async () => {
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'PROPFIND']) {
      const answer = await shell.send(method, '/things/1', method === 'GET' ? {} : { headers: json, body: '{bad' });
      assertError(answer, 405, 'method.not.allowed');
      assert.equal(answer.headers.get('allow'), 'OPTIONS, POST');
    }
    assert.equal((await shell.send('POST', '/things')).headers.get('allow'), 'GET, HEAD, OPTIONS');
    assert.match(
      await shell.raw('TRACE /things HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n'),
      /^HTTP\/1.1 405 .*allow: GET, HEAD, OPTIONS/is,
    );
  });
});

describe('bytes that are no HTTP', () => {
  it('are answered with the error body', async () => {
    const answers: [text: string, status: number, code: string][] = [
      ['nonsense\r\n\r\n', 400, 'validation.header'],
      ['GET / HTTP/1.1\r\nhost a\r\n\r\n', 400, 'validation.header'],
      ['GET /things HTTP/1.1\r\nconnection: close\r\n\r\n', 400, 'validation.header'],
      [`GET / HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'header.too.large'],
      [
        'POST /things/1 HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
        400,
        'validation.header',
      ],
    ];
    for (const [text, status, code] of answers) {
      const answer = await shell.raw(text);
      assert.ok(answer.startsWith(`HTTP/1.1 ${status} `), answer);
      assert.equal(errorOf(answer).errorCode, `errormessage.${code}`);
      assert.match(answer, /x-content-type-options: nosniff/i);
    }
  });

  it('and a body that never comes ends in 408', async () => {
    const answer = await shell.raw(
      'POST /things/1 HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{',
    );
    assert.ok(answer.startsWith('HTTP/1.1 408 '), answer);
    assert.equal(errorOf(answer).errorCode, 'errormessage.request.timeout');
  });

  it('are answered in the language, and under the id, of the request that they break', async () => {
    const broken = (headers: string) =>
      shell.raw(
        `POST /things/1 HTTP/1.1\r\nhost: a\r\nx-request-id: order-7\r\n${headers}content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n`,
      );
    for (const [headers, locale, text] of [
      ['accept-language: pl\r\n', 'pl', /Popraw je/],
      ['x-tenant: swiss\r\n', 'de-CH', /Bitte/],
      ['', 'en', /try again/],
    ] as const) {
      const answer = await broken(headers);
      assert.match(answer, new RegExp(`^content-language: ${locale}\r$`, 'im'));
      assert.match(answer, /^x-request-id: order-7\r$/im);
      assert.match(errorOf(answer).errorMessage, text);
    }
  });

  it('and an expectation that nobody knows is ignored', async () => {
    assert.match(
      await shell.raw('GET /things HTTP/1.1\r\nhost: a\r\nexpect: cake\r\nconnection: close\r\n\r\n'),
      /^HTTP\/1.1 200 /,
    );
  });
});

describe('an error', () => {
  // `fetch` sends `accept-language: *` by itself, which counts as absent too.
  it('speaks the language that the request asks for, else the tenant’s', async () => {
    const languages: [acceptLanguage: string | undefined, expected: string][] = [
      [undefined, 'de-CH'],
      ['*', 'de-CH'],
      [';;;', 'de-CH'],
      ['de;q=0', 'de-CH'],
      ['de', 'de'],
      ['de-AT', 'de'],
      ['DE-li', 'de-LI'],
      ['en-GB', 'en-GB'],
      ['en-AU', 'en'],
      ['xx', 'en'],
      ['xx, de;q=0.1', 'de'],
      ['en;q=0.3, de;q=0.7, *;q=0.9', 'de'],
      ['sv', 'sv'],
      ['fr-LU', 'fr-LU'],
      ['ja', 'en'],
    ];
    for (const [acceptLanguage, expected] of languages) {
      const headers = { 'x-tenant': 'swiss', ...(acceptLanguage && { 'accept-language': acceptLanguage }) };
      const response = await fetch(`${shell.base}/fail/used`, { headers });
      assert.equal(response.headers.get('content-language'), expected, acceptLanguage);
      await response.body?.cancel();
    }
  });

  it('writes its values for that language and the tenant’s time zone', async () => {
    const german = await failing('used', { 'x-tenant': 'swiss', 'accept-language': 'de' });
    assert.deepEqual(german.body.args, ['2. Januar 2026 um 04:04:05 MEZ']);
    assert.match(german.body.errorMessage, /abgelaufen \(2\. Januar 2026 um 04:04:05 MEZ\)/);
    assert.deepEqual(german.body.typedArgs, [{ type: 'TIMESTAMP', value: { value: '2026-01-02T03:04:05.000Z' } }]);
    assert.match(
      (await failing('forbidden', { 'accept-language': 'en' })).body.errorMessage,
      /PAYMENT_WRITE and CUSTOMER_READ/,
    );
    assert.match((await failing('limited', { 'accept-language': 'de' })).body.errorMessage, /42 Sekunden/);
  });

  it('carries its headers, and 401 always a challenge', async () => {
    assert.equal((await failing('limited')).headers.get('retry-after'), '42');
    assert.match((await failing('unauthenticated')).headers.get('www-authenticate') ?? '', /^Bearer/);
  });

  it('that nobody foresaw is 500 without details, and its text is not in the log', async () => {
    shell.lines.length = 0;
    const answer = await failing('unknown');
    assertError(answer, 500, 'internal');
    const log = shell.lines.join('');
    assert.ok(!JSON.stringify(answer.body).includes(canary) && !log.includes(canary));
    assert.match(log, /"class":"Error","frames":\[[^\]]*http-shell\.ts/);
    assert.ok(log.includes(`"traceId":"${answer.body.traceId}"`));
  });

  it('names the trace that the caller began', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    assert.equal(await traceOf({ traceparent }), String(0x8448eb211c80319cn));
    assert.equal(await traceOf({ 'x-datadog-trace-id': '18446744073709551615' }), '18446744073709551615');
    assert.equal(await traceOf({ traceparent, 'x-datadog-trace-id': '7' }), String(0x8448eb211c80319cn));
    assert.equal(await traceOf({ traceparent: 'ff-broken', 'x-datadog-trace-id': '7' }), '7');
    for (const invalid of ['0', '18446744073709551616', 'x', '-1']) {
      assert.notEqual(await traceOf({ 'x-datadog-trace-id': invalid }), invalid);
    }
  });
});

describe('the log', () => {
  it('has one line a request: the route’s pattern, never the URL, a header or a body', async () => {
    shell.lines.length = 0;
    await shell.send('POST', '/things/987654321987?secret=5151-seen', {
      headers: { ...json, 'x-tenant': 'a', 'x-api-key': 'sk6161-seen' },
      body: '{"a":"7171-seen"}',
    });
    await shell.send('GET', '/nowhere/8181-seen');
    await shell.send('GET', '/plain/%ff9191-seen');
    const log = shell.lines.join('');
    assert.doesNotMatch(log, /-seen|987654321987/);
    const [first, ...others] = shell.lines.map((line) => JSON.parse(line));
    assert.equal(others.length, 2);
    const { time, durationMs, traceId, ...rest } = first;
    assert.ok(time && traceId && durationMs >= 0);
    assert.deepEqual(rest, {
      level: 'info',
      method: 'POST',
      route: '/things/:thingId',
      status: 400,
      tenantId: 'acme',
      callerId: 'key-1',
      errorCode: 'errormessage.validation.unknown.field',
      msg: 'request',
    });
  });
});

describe('the server', () => {
  it('sends strict headers on every answer and does not name itself', async () => {
    for (const path of ['/things', '/nowhere', '/plain/%ff', '/openapi.json']) {
      const { headers } = await shell.send('GET', path);
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      assert.equal(headers.get('cache-control'), 'no-store');
      assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/);
      assert.equal(headers.get('server') ?? headers.get('x-powered-by'), null);
    }
  });

  it('asks once whether it is ready for all who want to know it at a time', async () => {
    const answers: (() => void)[] = [];
    const app = await createApp({
      logger: createLogger('silent'),
      ready: async () => {
        await new Promise<void>((resolve) => answers.push(resolve));
        return true;
      },
      register: () => {},
    });
    const probes = Array.from({ length: 20 }, () => app.inject('/health/ready'));
    await until(async () => answers.length > 0);
    for (let n = 0; n < 20; n++) await app.inject('/health/live');
    assert.equal(answers.length, 1);
    answers.shift()?.();
    for (const probe of probes) assert.equal((await probe).statusCode, 200);
    const later = app.inject('/health/ready');
    await until(async () => answers.length > 0);
    answers.shift()?.();
    assert.equal((await later).statusCode, 200);
    await app.close();
  });

  it('tells whether it lives and is ready', async () => {
    assert.equal((await shell.send('GET', '/health/live')).status, 200);
    assert.equal((await shell.send('GET', '/health/ready')).status, 200);
    shell.readiness.isReady = false;
    assertError(await shell.send('GET', '/health/ready'), 503, 'unavailable');
    shell.readiness.isReady = true;
  });

  it('describes its routes in OpenAPI 3.1, and only them', async () => {
    const document = JSON.parse(await (await fetch(`${shell.base}/openapi.json`)).text());
    assert.equal(document.openapi, '3.1.0');
    assert.deepEqual(Object.keys(document.paths).toSorted(), [
      '/fail/{how}',
      '/form',
      '/plain/{name}',
      '/small',
      '/things',
      '/things/{thingId}',
    ]);
    assert.deepEqual(Object.keys(document.paths['/things']), ['get']);
    assert.deepEqual(document.paths['/things'].get.responses['400'].content['application/json'].schema, {
      $ref: '#/components/schemas/ErrorBody',
    });
    assert.deepEqual(Object.keys(document.components.securitySchemes), [
      'ApiKeyAuth',
      'knox-authorizer',
      'SessionToken',
    ]);
    assert.deepEqual(document.components.schemas.ErrorBody.required, ['errorMessage']);
  });

  it('serves the reference page from its own files alone', async () => {
    const page = await fetch(`${shell.base}/docs`);
    assert.equal(page.status, 200);
    assert.match(page.headers.get('content-security-policy') ?? '', /script-src 'self'/);
    const html = await page.text();
    assert.doesNotMatch(html, /https?:\/\//);
    for (const [, source] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const file = await fetch(new URL(source ?? '', page.url));
      assert.equal(file.status, 200, source);
      await file.arrayBuffer();
    }
  });

  it('closes kept connections while it drains', async () => {
    const started = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const draining = await createApp({
      logger: createLogger('silent'),
      ready: async () => true,
      register: (routes) => {
        routes.get('/slow', async () => {
          started.resolve();
          await finish.promise;
          return {};
        });
      },
    });
    const url = await draining.listen({ host: '127.0.0.1', port: 0 });
    const answer = fetch(`${url}/slow`);
    await started.promise;
    const drained = draining.close();
    setImmediate(finish.resolve);
    assert.equal((await answer).headers.get('connection'), 'close');
    await drained;
  });
});
