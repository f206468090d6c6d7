import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createApp } from '../src/http/app.ts';
import type { App } from '../src/http/app-type.ts';
import { createLogger } from '../src/log.ts';
import { openDatabase } from '../src/store/database.ts';
import { createMetrics } from '../src/telemetry/metrics.ts';
import { createTestDatabase } from './harness/database.ts';
import { type HttpCaller, httpCaller } from './harness/http-caller.ts';
import { answersTo, openRaw } from './harness/raw-connection.ts';
import { until } from './harness/until.ts';

const floor = 100;
const lines: string[] = [];
const metrics = createMetrics({ part: 'http', isMainThread: true });
let app: App;
let url: string;
let call: HttpCaller;
let waitMs = 1000;
let held: (() => void)[] = [];
/** Clients that went away from a request that is held. */
let left = 0;
/** Of the requests that got in. */
const asked: string[] = [];

before(async () => {
  app = await createApp({
    logger: createLogger('info', { write: (line) => lines.push(line) }),
    ready: async () => true,
    metrics: metrics.http,
    overload: { longestDelayMs: 50, databaseWaitMs: () => waitMs },
    register: (routes) => {
      routes.addHook('onRequest', (request, _reply, done) => {
        asked.push(request.url);
        const key = String(request.headers['x-api-key'] ?? '');
        if (key.startsWith('good-')) {
          request.logCaller = { tenantId: key.slice(5), callerId: key };
          request.knownBy = 'x-api-key';
        }
        done();
      });
      routes.post('/held', async (request) => {
        request.raw.socket.once('close', () => left++);
        await new Promise<void>((resolve) => held.push(resolve));
        return {};
      });
      routes.get('/quick', () => ({}));
    },
  });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
  call = httpCaller(url);
  // Time for the measurements that make an overload.
  await delay(600);
});

after(async () => {
  release();
  await app.close();
});

function release(): void {
  for (const finish of held) finish();
  held = [];
}

/** Holds so many requests of a caller under way at once. Answers how they end. */
async function hold(count: number, apiKey: string) {
  const earlier = held.length;
  const answers = Array.from({ length: count }, () => call('POST', '/held', { headers: { 'x-api-key': apiKey } }));
  await until(async () => held.length === earlier + count);
  return { statuses: Promise.all(answers.map(async (answer) => (await answer).status)) };
}

const statusOf = async (apiKey: string) => (await call('GET', '/quick', { headers: { 'x-api-key': apiKey } })).status;

describe('an overloaded server', () => {
  it('answers a hundred at once, and the next ones with 503 and when to come again', async () => {
    const { statuses } = await hold(floor, 'nobody');
    const refused = await call('POST', '/held', { headers: { 'accept-language': 'de' }, body: { a: 'x'.repeat(1e5) } });
    assert.equal(refused.status, 503);
    assert.match(refused.headers.get('retry-after') ?? '', /^[123]$/);
    assert.equal(refused.headers.get('content-language'), 'de');
    assert.equal(refused.headers.get('x-content-type-options'), 'nosniff');
    const { errorCode, errorMessage, traceId } = refused.body;
    assert.equal(errorCode, 'errormessage.unavailable');
    assert.match(errorMessage, /überlastet/);
    assert.match(traceId, /^\d+$/);
    release();
    assert.ok((await statuses).every((status) => status === 200));
    assert.equal(await statusOf('nobody'), 200);
  });

  it('tells those behind a proxy that encrypts to stay with HTTPS, and gives ids back', async () => {
    const encrypted = await openRaw(Number(new URL(url).port));
    const { statuses } = await hold(floor, 'nobody');
    encrypted.send('GET /quick HTTP/1.1\r\nhost: pay.example\r\nx-forwarded-proto: https\r\n\r\n');
    const refused = await call('GET', '/quick', { headers: { 'x-request-id': 'order-1' } });
    assert.equal(refused.headers.get('x-request-id'), 'order-1');
    assert.equal(refused.headers.get('x-trace-id'), refused.body.traceId);
    assert.equal(refused.headers.get('strict-transport-security'), null);
    await until(async () => encrypted.statuses().length === 1);
    assert.match(encrypted.received(), /^HTTP\/1\.1 503 [^]*strict-transport-security: max-age=31536000/i);
    encrypted.socket.destroy();
    release();
    await statuses;
  });

  it('serves whoever comes again when it was told to, once there is room', async () => {
    const { statuses } = await hold(floor, 'nobody');
    const refused = await call('GET', '/quick');
    assert.equal(refused.status, 503);
    release();
    await statuses;
    await delay(Number(refused.headers.get('retry-after')) * 1000);
    assert.equal((await call('GET', '/quick')).status, 200);
  });

  it('counts those that it refused apart from the others, and shows how many it takes', async () => {
    const read = async (name: string) => {
      const values = (await metrics.read()).find((metric) => metric.name === name)?.values ?? [];
      return values.reduce((sum, { value }) => sum + value, 0);
    };
    const { statuses } = await hold(floor, 'nobody');
    const earlier = [await read('onfile_http_requests_shed_total'), await read('onfile_http_requests_total')] as const;
    for (let n = 0; n < 3; n++) assert.equal(await statusOf('nobody'), 503);
    assert.equal(await read('onfile_http_requests_shed_total'), earlier[0] + 3);
    assert.equal(await read('onfile_http_requests_total'), earlier[1]);
    assert.equal(await read('onfile_http_admission_limit'), floor);
    assert.ok((await read('onfile_http_requests_in_flight')) >= floor);
    release();
    await statuses;
  });

  it('does not look at what follows a request that another server could read otherwise', async () => {
    await hold(floor, 'nobody');
    const { port } = new URL(url);
    const unclear = 'POST /quick HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n';
    const hidden = 'GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n';
    asked.length = 0;
    assert.deepEqual(await answersTo(Number(port), unclear + hidden), [503]);
    assert.deepEqual(asked, []);
    release();
  });

  it('refuses what only looks like a question of a monitor', async () => {
    await hold(floor, 'nobody');
    assert.equal((await call('GET', '/health/else')).status, 503);
    release();
  });

  it('still tells monitors that it lives', async () => {
    await hold(floor, 'nobody');
    assert.equal(await statusOf('nobody'), 503);
    assert.equal((await call('GET', '/health/live')).status, 200);
    assert.equal((await call('GET', '/health/ready')).status, 200);
    release();
  });

  it('goes on serving the other tenants while one floods it, and takes nobody’s word for who he is', async () => {
    for (const key of ['good-flood', 'good-small']) assert.equal(await statusOf(key), 200);
    await hold(floor, 'good-flood');
    assert.equal(await statusOf('good-flood'), 503);
    assert.equal(await statusOf('good-small'), 200);
    const strangers = await Promise.all(Array.from({ length: 20 }, (_, n) => statusOf(`forged-${n}`)));
    assert.ok(strangers.includes(200), 'one who is not known yet gets in too');
    release();
  });

  it('counts nobody who has been waiting for something else for a second', async () => {
    await hold(floor, 'nobody');
    assert.equal(await statusOf('nobody'), 503);
    await until(async () => (await statusOf('nobody')) === 200);
    release();
  });

  it('counts the requests that it works on though their clients have gone', async () => {
    const port = Number(new URL(url).port);
    const gone = await Promise.all(Array.from({ length: floor }, () => openRaw(port)));
    const earlier = held.length;
    for (const { send } of gone) send('POST /held HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n');
    await until(async () => held.length === earlier + floor);
    const staying = left;
    for (const { socket } of gone) socket.resetAndDestroy();
    await until(async () => left >= staying + floor);
    assert.equal(await statusOf('nobody'), 503);
    release();
  });

  it('says in the log how many it refused, a line a second at most', async () => {
    const told = lines.map((line) => JSON.parse(line)).filter(({ msg }) => /refused with 503/.test(msg));
    assert.ok(told.length > 0 && told.every(({ count }) => count > 0));
    assert.ok(lines.every((line) => !line.includes('"status":503')));
  });

  it('serves all again once nothing waits', async () => {
    waitMs = 0;
    await until(async () => {
      const statuses = await Promise.all(Array.from({ length: 300 }, () => statusOf('nobody')));
      return statuses.every((status) => status === 200);
    });
  });
});

it('a database that serves nobody is noticed while requests still wait for it', async (t) => {
  const database = await createTestDatabase();
  const db = openDatabase({ url: database.url, connections: 1, onError: () => {} });
  t.after(async () => {
    await db.close();
    await database.drop();
  });
  const busy = db.verbatim('SELECT pg_sleep(0.6)');
  const waiting = db.untenanted({ name: 'one', text: 'SELECT 1' }, []);
  await delay(300);
  assert.ok(db.waits.take() > 200);
  await Promise.all([busy, waiting]);
});
