import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { connect, createServer, type Socket } from 'node:net';
import { it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createApp } from '../src/http/app.ts';
import { addressesOf, type Listener, listenAt } from '../src/http/listen.ts';
import { createLogger } from '../src/log.ts';
import { makeCertificate } from './harness/certificate.ts';
import { httpCaller } from './harness/http-caller.ts';
import { until } from './harness/until.ts';

const addresses = ['127.0.0.1', '::1'];

async function hasBoth(): Promise<boolean> {
  const server = createServer().listen(0, '::1');
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
const skip = (await hasBoth()) ? false : 'this machine has no IPv6';

/** A server that a moment's load is too much for, on both addresses, with requests that end when they are told to. */
async function start(t: TestContext) {
  const held: (() => void)[] = [];
  const app = await createApp({
    logger: createLogger('silent'),
    ready: async () => true,
    overload: { longestDelayMs: 50, databaseWaitMs: () => 1000 },
    register: (routes) => {
      routes.get('/held', async () => {
        await new Promise<void>((resolve) => held.push(resolve));
        return {};
      });
      routes.get('/quick', () => ({}));
    },
  });
  const listener: Listener = await listenAt(app, addresses, 0);
  const release = (): void => {
    for (const finish of held.splice(0)) finish();
  };
  t.after(() => {
    release();
    app.server.closeAllConnections();
    return listener.close();
  });
  const [one, other] = addresses.map((address) =>
    httpCaller(`http://${address.includes(':') ? `[${address}]` : address}:${listener.port}`),
  );
  assert.ok(one && other);
  return { app, listener, held, release, one, other };
}

const open = async (port: number, host: string): Promise<Socket> => {
  const socket = connect(port, host);
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
};

it('localhost is all that the machine knows by that name, and any other host is itself', async () => {
  const known = await addressesOf('localhost');
  assert.ok(known.length > 0 && known.every((address) => addresses.includes(address)), known.join(' '));
  for (const host of ['127.0.0.1', '::', 'pay.example']) assert.deepEqual(await addressesOf(host), [host]);
});

it('a server at two addresses sheds load at both, and counts both together', { skip }, async (t) => {
  const { listener, held, release, one, other } = await start(t);
  const statusesAt = async (path: string) =>
    (await Promise.all([one('GET', path), other('GET', path)])).map(({ status }) => status);
  await delay(600);
  // A request counts for a second: on a slow machine those held first are let go of before the last question.
  await until(async () => {
    const floods = await Promise.all(addresses.map((address) => open(listener.port, address)));
    for (const flood of floods) flood.write('GET /held HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(50));
    await until(async () => held.length === 100);
    const statuses = await statusesAt('/quick');
    assert.deepEqual(await statusesAt('/health/live'), [200, 200]);
    release();
    for (const flood of floods) flood.destroy();
    return statuses.every((status) => status === 503);
  });
  await until(async () => (await statusesAt('/quick')).every((status) => status === 200));
});

it('its second address has the same bounds as the first', { skip }, async (t) => {
  const { app, listener } = await start(t);
  const socket = await open(listener.port, '::1');
  let text = '';
  socket.on('data', (chunk) => {
    text += String(chunk);
  });
  socket.write('nonsense\r\n\r\n');
  await once(socket, 'close');
  assert.match(text, /^HTTP\/1\.1 400 [^]*"errorCode":"errormessage\.validation\.header"/);
  const flood = await open(listener.port, '::1');
  flood.write('GET /held HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(1000));
  await once(flood.resume(), 'close');
  assert.equal(app.server.listening, true);
});

it('a server that is told to stop waits for the answers under way at both addresses', { skip }, async (t) => {
  const { listener, held, release, other } = await start(t);
  const idle = await open(listener.port, '::1');
  idle.write('GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n');
  await once(idle, 'data');
  const answer = other('GET', '/held');
  await until(async () => held.length === 1);
  let isClosed = false;
  const close = async (): Promise<void> => {
    await listener.close();
    isClosed = true;
  };
  const closed = close();
  await once(idle.resume(), 'close');
  await assert.rejects(open(listener.port, '::1'));
  assert.equal(isClosed, false);
  release();
  assert.equal((await answer).status, 200);
  assert.equal((await answer).headers.get('connection'), 'close');
  await closed;
});

it('HTTPS is spoken at both addresses', { skip }, async (t) => {
  const certificate = { ...(await makeCertificate()), validUntil: new Date(Date.now() + 86_400_000) };
  const app = await createApp({
    logger: createLogger('silent'),
    ready: async () => true,
    certificate,
    register: () => {},
  });
  const listener = await listenAt(app, addresses, 0);
  t.after(() => listener.close());
  for (const host of addresses) {
    const asked = get({ host, port: listener.port, path: '/health/live', agent: false, rejectUnauthorized: false });
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    answer.resume();
    assert.equal(answer.statusCode, 200, host);
  }
});

it('a port that another program has at the second address is no place to listen', { skip }, async (t) => {
  const taken = createServer().listen(0, '::1');
  await once(taken, 'listening');
  const address = taken.address();
  assert.ok(address !== null && typeof address === 'object');
  const app = await createApp({ logger: createLogger('silent'), ready: async () => true, register: () => {} });
  t.after(async () => {
    await app.close();
    taken.close();
  });
  await assert.rejects(listenAt(app, addresses, address.port), { code: 'EADDRINUSE' });
});
