import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { OnfileError } from '../src/errors.ts';
import { createApp } from '../src/http/app.ts';
import type { App } from '../src/http/app-type.ts';
import { createLogger } from '../src/log.ts';
import { createMetrics, type Metrics } from '../src/telemetry/metrics.ts';
import { openRaw } from './harness/raw-connection.ts';
import { until } from './harness/until.ts';

type Line = Record<string, any>;

const lines: Line[] = [];
const metrics: Metrics = createMetrics({ part: 'http', isMainThread: true });
let app: App;
let port: number;
let finish: () => void;
let reached = 0;
let counted: Map<string, number>;

before(async () => {
  app = await createApp({
    logger: createLogger('info', { write: (line) => lines.push(JSON.parse(line)) }),
    ready: async () => true,
    requestTimeout: 1500,
    metrics: metrics.http,
    register: (routes) => {
      routes.addHook('onRequest', (_request, _reply, done) => {
        reached += 1;
        done();
      });
      routes.get('/quick', () => ({}));
      routes.post('/things/:id', () => ({}));
      routes.get('/fails', () => {
        throw new Error('nobody foresaw this');
      });
      routes.get('/refused', () => {
        throw new OnfileError('errormessage.customer.not.found');
      });
      routes.get('/held', async () => {
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
        return {};
      });
      routes.get('/endless', (_request, reply) => reply.type('text/plain').send(endlessText()));
      routes.get('/broken', (_request, reply) => reply.type('text/plain').send(brokenText()));
    },
  });
  port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port);
});

after(() => app.close());

beforeEach(async () => {
  lines.length = 0;
  counted = await counts();
});

function endlessText(): Readable {
  return Readable.from(
    (async function* () {
      for (;;) {
        yield 'x'.repeat(1000);
        await delay(5);
      }
    })(),
  );
}

function brokenText(): Readable {
  return Readable.from(
    (async function* () {
      yield 'x'.repeat(1000);
      throw new Error('the source is gone');
    })(),
  );
}

/** Requests so far, by method, route and status. */
async function counts(): Promise<Map<string, number>> {
  const found = (await metrics.read()).find(({ name }) => name === 'onfile_http_requests_total');
  return new Map(
    found?.values.map(({ labels, value }) => [`${labels['method']} ${labels['route']} ${labels['status']}`, value]),
  );
}

/** What was counted since the test began. */
async function countedNow(): Promise<string[]> {
  const now = await counts();
  return [...now].flatMap(([kind, count]) => Array.from({ length: count - (counted.get(kind) ?? 0) }, () => kind));
}

const requestLines = () => lines.filter(({ msg }) => msg === 'request');

/** Sends a request, and goes away once the app has it. */
async function sendAndLeave(text: string): Promise<void> {
  const { send, socket } = await openRaw(port);
  const earlier = reached;
  send(text);
  await until(async () => reached > earlier);
  socket.resetAndDestroy();
}

/** The one line of the request, without what differs each time; and nothing comes after it. */
async function onlyLine(): Promise<Line> {
  await until(async () => requestLines().length > 0);
  await delay(100);
  const [line = {}, ...others] = requestLines();
  assert.deepEqual(others, []);
  const { time, traceId, durationMs, level, msg, ...rest } = line;
  assert.ok(time && traceId && level === 'info' && msg === 'request');
  assert.ok(durationMs === undefined || Number(durationMs) >= 0);
  return rest;
}

const ask = async (path: string, init: RequestInit = {}) => {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, init);
  await answer.arrayBuffer();
};
const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nhost: a\r\n${more}\r\n`;
const post = (more: string, body: string) =>
  `POST /things/1 HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n${more}\r\n\r\n${body}`;

describe('a request has one line and is counted once', () => {
  it('when it was answered, refused or failed', async () => {
    const failing = { method: 'GET', route: '/fails', status: 500, errorCode: 'errormessage.internal' };
    const missing = { method: 'GET', route: '/refused', status: 404, errorCode: 'errormessage.customer.not.found' };
    const cases: [path: string, expected: Line][] = [
      ['/quick', { method: 'GET', route: '/quick', status: 200 }],
      ['/refused', missing],
      ['/fails', failing],
      ['/docs', { method: 'GET', route: '/docs', status: 200 }],
    ];
    for (const [path, expected] of cases) {
      lines.length = 0;
      counted = await counts();
      await ask(path);
      assert.deepEqual(await onlyLine(), expected);
      assert.deepEqual(await countedNow(), [`GET ${expected['route']} ${expected['status']}`]);
    }
  });

  it('when its path is unknown or cannot be read, all under one label', async () => {
    for (const path of ['/no', '/things/%ff', '/health/else']) await ask(path);
    await until(async () => requestLines().length === 3);
    assert.deepEqual((await countedNow()).toSorted(), ['GET unknown 400', 'GET unknown 404', 'GET unknown 404']);
  });

  it('when its method is one that nobody knows, all of those under one label too', async () => {
    for (const method of ['PROPFIND', 'MKCOL', 'PURGE']) await ask('/quick', { method });
    assert.deepEqual(await countedNow(), ['other /quick 405', 'other /quick 405', 'other /quick 405']);
  });

  it('when its client leaves before the answer, though the work goes on', async () => {
    await sendAndLeave(get('/held'));
    const expected = { method: 'GET', route: '/held', status: null, aborted: true };
    assert.deepEqual(await onlyLine(), expected);
    finish();
    assert.deepEqual(await onlyLine(), expected);
    assert.deepEqual(await countedNow(), ['GET /held aborted']);
  });

  it('when its client leaves in the middle of the answer', async () => {
    await sendAndLeave(get('/endless'));
    assert.deepEqual(await onlyLine(), { method: 'GET', route: '/endless', status: null, aborted: true });
    assert.deepEqual(await countedNow(), ['GET /endless aborted']);
  });

  it('when its answer breaks off by our doing, which is told beside it', async () => {
    await ask('/broken').catch(() => undefined);
    const { errorCode, ...line } = await onlyLine();
    assert.equal(errorCode, 'errormessage.internal');
    assert.deepEqual(line, { method: 'GET', route: '/broken', status: 200 });
    assert.ok(lines.some(({ level, msg }) => level === 'error' && msg === 'an answer broke off'));
  });

  it('when its body never comes, does not come whole, or is no HTTP', async () => {
    const cases: [bytes: string, status: number, errorCode: string][] = [
      [post('content-length: 50', '{'), 408, 'errormessage.request.timeout'],
      [post('transfer-encoding: chunked', 'zz\r\n'), 400, 'errormessage.validation.header'],
    ];
    for (const [bytes, status, errorCode] of cases) {
      lines.length = 0;
      counted = await counts();
      const { send, closed, received } = await openRaw(port);
      send(bytes);
      await closed;
      assert.deepEqual(await onlyLine(), { method: 'POST', route: '/things/:id', status, errorCode });
      assert.deepEqual(await countedNow(), [`POST /things/:id ${status}`]);
      // What the caller was told leads to the line.
      assert.ok(received().includes(`"traceId":"${requestLines()[0]?.['traceId']}"`), received());
    }
    lines.length = 0;
    await sendAndLeave(post('content-length: 50', '{'));
    const { method, route } = await onlyLine();
    assert.deepEqual([method, route], ['POST', '/things/:id']);
  });

  it('when it is no HTTP at all', async () => {
    const { send, closed } = await openRaw(port);
    send('nonsense\r\n\r\n');
    await closed;
    assert.deepEqual(await onlyLine(), { status: 400, errorCode: 'errormessage.validation.header' });
    assert.deepEqual(await countedNow(), ['none unknown 400']);
  });

  it('when it asks for another protocol, or for the answer’s headers alone', async () => {
    await ask('/quick', { method: 'HEAD' });
    const { send, socket, statuses } = await openRaw(port);
    send(get('/quick', 'connection: upgrade\r\nupgrade: websocket\r\n'));
    await until(async () => statuses().length > 0);
    socket.destroy();
    await until(async () => requestLines().length === 2);
    assert.deepEqual((await countedNow()).toSorted(), ['GET /quick 200', 'HEAD /quick 200']);
  });

  it('but a probe that went well has no line', async () => {
    await ask('/health/live');
    assert.deepEqual(lines, []);
    assert.deepEqual(await countedNow(), ['GET /health/live 200']);
  });
});

it('the caller’s own id of a request is in its line if it can only be one', async () => {
  const id = '018f3a5e-7c1b-7d2a-9f00-0123456789ab';
  await ask('/quick', { headers: { 'x-request-id': id } });
  assert.equal((await onlyLine())['requestId'], id);
  lines.length = 0;
  await ask('/quick', { headers: { 'x-request-id': 'ada.lovelace' } });
  assert.equal((await onlyLine())['requestId'], undefined);
});

it('errors are counted by their code, and what is under way as long as it is', async () => {
  const read = async (name: string) => (await metrics.read()).find((metric) => metric.name === name)?.values ?? [];
  const code = 'errormessage.customer.not.found';
  const ofCode = async () =>
    (await read('onfile_http_errors_total')).find(({ labels }) => labels['code'] === code)?.value;
  const earlier = (await ofCode()) ?? 0;
  await ask('/refused');
  assert.equal(await ofCode(), earlier + 1);
  const inFlight = async () => (await read('onfile_http_requests_in_flight'))[0]?.value;
  await until(async () => (await inFlight()) === 0);
  finish = () => {};
  const idle = finish;
  const held = ask('/held');
  await until(async () => finish !== idle);
  assert.equal(await inFlight(), 1);
  finish();
  await held;
  await until(async () => (await inFlight()) === 0);
});
