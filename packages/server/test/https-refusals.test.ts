import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type RequestOptions } from 'node:https';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'node:tls';
import { createApp } from '../src/http/app.ts';
import { createLogger } from '../src/log.ts';
import { makeCertificate } from './harness/certificate.ts';
import { until } from './harness/until.ts';

const aYear = 'max-age=31536000';

/** Status and `Strict-Transport-Security` of one request on a connection of its own. */
function ask(port: number, path: string, options: RequestOptions): Promise<[number | undefined, string | undefined]> {
  const { promise, resolve, reject } = Promise.withResolvers<[number | undefined, string | undefined]>();
  get({ host: '127.0.0.1', port, path, agent: false, rejectUnauthorized: false, ...options }, (answer) => {
    answer.resume();
    resolve([answer.statusCode, answer.headers['strict-transport-security']]);
  }).once('error', reject);
  return promise;
}

/** What a server answers to what is no HTTP, over TLS that was begun for a name. */
async function answerToNonsense(port: number, servername: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', servername, rejectUnauthorized: false });
  let text = '';
  socket.on('data', (chunk) => {
    text += String(chunk);
  });
  socket.write('nonsense\r\n\r\n');
  await once(socket, 'close');
  return text;
}

test('HTTPS is asked for to stay also where a request is refused for load, or could not be read', async (t) => {
  const held: (() => void)[] = [];
  const app = await createApp({
    logger: createLogger('silent'),
    ready: async () => true,
    certificate: { ...(await makeCertificate()), validUntil: new Date(Date.now() + 86_400_000) },
    overload: { longestDelayMs: 50, databaseWaitMs: () => 1000 },
    register: (routes) => {
      routes.get('/held', async () => {
        await new Promise<void>((resolve) => held.push(resolve));
        return {};
      });
      routes.get('/quick', () => ({}));
    },
  });
  const port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port);
  t.after(() => {
    for (const finish of held) finish();
    app.server.closeAllConnections();
    return app.close();
  });

  assert.match(await answerToNonsense(port, 'pay.example'), /^HTTP\/1\.1 400 [^]*strict-transport-security: max-age=/i);
  assert.doesNotMatch(await answerToNonsense(port, 'localhost'), /strict-transport-security/i);

  // Time for the measurements that make an overload.
  await delay(600);
  // A request counts for a second: on a slow machine those held first are let go of before the last question.
  await until(async () => {
    const flood = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    flood.write('GET /held HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(100));
    await until(async () => held.length === 100);
    const refused = await ask(port, '/quick', { headers: { host: 'pay.example' } });
    const atHome = await ask(port, '/quick', { headers: { host: `localhost:${port}` } });
    for (const finish of held.splice(0)) finish();
    flood.destroy();
    assert.deepEqual([refused[1], atHome[1]], [aYear, undefined]);
    return refused[0] === 503 && atHome[0] === 503;
  });
});
