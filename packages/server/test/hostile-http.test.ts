import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createApp } from '../src/http/app.ts';
import { createLogger } from '../src/log.ts';
import { type Shell, startShell } from './harness/http-shell.ts';
import { answersTo, openRaw } from './harness/raw-connection.ts';
import { until } from './harness/until.ts';

let shell: Shell;

before(async () => {
  shell = await startShell();
});

after(async () => {
  shell.app.server.closeAllConnections();
  await shell.app.close();
});

const hidden = 'GET /things HTTP/1.1\r\nhost: a\r\n\r\n';
const post = (headers: string, body: string) =>
  `POST /things/1 HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n${headers}\r\n\r\n${body}${hidden}`;
const get = (headers: string) => `GET /things HTTP/1.1\r\n${headers}\r\n\r\n${hidden}`;

describe('a request that another server could read otherwise', () => {
  const chunked = '0\r\n\r\n';
  const requests: Record<string, string> = {
    'a length and chunks': post('content-length: 5\r\ntransfer-encoding: chunked', chunked),
    'chunks and a length': post('transfer-encoding: chunked\r\ncontent-length: 5', chunked),
    'two lengths': post('content-length: 2\r\ncontent-length: 40', '{}'),
    'the same length twice': post('content-length: 2\r\ncontent-length: 2', '{}'),
    'a list of lengths': post('content-length: 2, 2', '{}'),
    'a length with a sign': post('content-length: +2', '{}'),
    'a hexadecimal length': post('content-length: 0x2', '{}'),
    'a length below zero': post('content-length: -2', '{}'),
    'a length that no number holds': post('content-length: 99999999999999999999', '{}'),
    'no length where one is said to be': post('content-length:', '{}'),
    'a coding that does not exist': post('transfer-encoding: xchunked', chunked),
    'chunked that is not the last coding': post('transfer-encoding: chunked, identity', chunked),
    'another coding before chunked': post('transfer-encoding: identity, chunked', chunked),
    'a compressed transfer': post('transfer-encoding: gzip, chunked', chunked),
    'two codings in two lines': post('transfer-encoding: chunked\r\ntransfer-encoding: chunked', chunked),
    'a space before the colon': post('transfer-encoding : chunked', chunked),
    'a vertical tab before the value': post('transfer-encoding: \u000bchunked', chunked),
    'a coding on a line of its own': post('transfer-encoding:\r\n chunked', chunked),
    'a header that goes on in the next line': get('host: a\r\nx: y\r\n z'),
    'bare line feeds': 'GET /things HTTP/1.1\nhost: a\n\n',
    'a bare line feed in a header': get('host: a\nx: y'),
    'a bare carriage return in a header': get('host: a\rx: y'),
    'a NUL in a header': get('host: a\r\nx: y\0z'),
    'two hosts': get('host: a\r\nhost: b'),
    'no host': get('x: y'),
    'two authorizations': get('host: a\r\nauthorization: a\r\nauthorization: b'),
    'a chunk that is ended by a line feed': post('transfer-encoding: chunked', '2\n{}\n0\n\n'),
    'a chunk of a negative size': post('transfer-encoding: chunked', '-2\r\n{}\r\n0\r\n\r\n'),
    'a chunk of a size with a prefix': post('transfer-encoding: chunked', '0x2\r\n{}\r\n0\r\n\r\n'),
    'a chunk that no memory holds': post('transfer-encoding: chunked', 'fffffffffffffffff\r\n{}'),
    'chunks in HTTP/1.0': post('connection: keep-alive\r\ntransfer-encoding: chunked', chunked).replace('1.1', '1.0'),
    'HTTP/0.9': 'GET /things\r\n\r\n',
    'HTTP/2 without its being agreed on': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'the beginning of a TLS connection': '\u0016\u0003\u0001\u0002\u0000\u0001\u0000',
  };
  for (const [name, text] of Object.entries(requests)) {
    it(`is refused, and what comes behind it is not looked at: ${name}`, async () => {
      shell.reached.length = 0;
      assert.deepEqual(await answersTo(shell.port, text, 2000), [400]);
      assert.ok(!shell.reached.includes('/things'));
    });
  }

  it('is not taken for one that is merely unusual', async () => {
    const close = 'connection: close';
    for (const [text, status] of [
      [`GET /things HTTP/1.0\r\n\r\n`, 200],
      [`GET http://elsewhere.example/things HTTP/1.1\r\nhost: a\r\n${close}\r\n\r\n`, 200],
      [`GET /things HTTP/1.1\r\nHOST: a\r\nx:\u00ff\r\n${close}\r\n\r\n`, 200],
      [`GET /things HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n${close}\r\n\r\n{}`, 200],
      [`POST /form HTTP/1.1\r\nhost: a\r\ntransfer-encoding: Chunked\r\n${close}\r\n\r\n0\r\n\r\n`, 400],
      [`OPTIONS * HTTP/1.1\r\nhost: a\r\n${close}\r\n\r\n`, 204],
      [`GET /things HTTP/1.1\r\nhost: a\r\nconnection: upgrade, close\r\nupgrade: h2c\r\n\r\n`, 200],
    ] as const) {
      assert.deepEqual(await answersTo(shell.port, Buffer.from(text, 'latin1'), 2000), [status], text);
    }
  });
});

describe('more than any client has to say', () => {
  const chunkHead =
    'POST /things/1 HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n';
  const texts: Record<string, [text: string, status: number]> = {
    'an address of 100 KB': [`GET /${'a'.repeat(100_000)} HTTP/1.1\r\nhost: a\r\n\r\n`, 431],
    'a header of 10 MB': [`GET /things HTTP/1.1\r\nhost: a\r\nx: ${'a'.repeat(10_000_000)}`, 431],
    'thousands of headers': [`GET /things HTTP/1.1\r\nhost: a\r\n${'a: b\r\n'.repeat(5000)}\r\n`, 431],
    'thousands of trailers': [`${chunkHead}0\r\n${'a: b\r\n'.repeat(5000)}\r\n`, 431],
    'a chunk with a long extension': [`${chunkHead}2;${'a'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`, 413],
    'a method of 50 KB': ['X'.repeat(50_000), 400],
  };
  for (const [name, [text, status]] of Object.entries(texts)) {
    it(`is cut off at once: ${name}`, async () => {
      const [answered] = await answersTo(shell.port, text, 5000);
      // A chunk's extension is counted by the parser, which has no status of its own for it in every version.
      assert.ok(answered === status || (status === 413 && answered === 400), String(answered));
    });
  }

  it('is a hundred requests at once on one connection, which are answered, or a thousand, which end it', async () => {
    const connection = await openRaw(shell.port);
    connection.send(hidden.repeat(100));
    await until(async () => connection.statuses().length === 100);
    shell.reached.length = 0;
    connection.send(hidden.repeat(1000));
    await connection.closed;
    assert.ok(shell.reached.length <= 101, `${shell.reached.length} requests were served on a connection that was cut`);
  });
});

describe('a client that is slow on purpose', () => {
  it('loses its connection when its headers do not end, however often it sends some of them', async () => {
    const connections = await Promise.all(Array.from({ length: 50 }, () => openRaw(shell.port)));
    for (const { send } of connections) send('GET /things HTTP/1.1\r\nhost: a\r\n');
    const dripping = setInterval(() => {
      for (const { send, isClosed } of connections) if (!isClosed()) send('x: y\r\n');
    }, 100);
    const began = performance.now();
    await Promise.all(connections.map(({ closed }) => closed));
    clearInterval(dripping);
    assert.ok(performance.now() - began < 10_000);
    assert.ok(connections.every(({ statuses }) => statuses()[0] === 408));
  });

  it('loses its connection when its body does not end, a byte at a time', async () => {
    const connection = await openRaw(shell.port);
    connection.send(post('content-length: 10000', '{').slice(0, -hidden.length));
    const dripping = setInterval(() => !connection.isClosed() && connection.send(' '), 100);
    await connection.closed;
    clearInterval(dripping);
    assert.deepEqual(connection.statuses(), [408]);
  });

  it('that does not read its answer loses it, and does not make the server hold all of it', async () => {
    let given = 0;
    async function* endless() {
      for (; ; given++) yield 'x'.repeat(65_536);
    }
    const app = await createApp({
      logger: createLogger('silent'),
      ready: async () => true,
      requestTimeout: 500,
      register: (routes) => {
        routes.get('/endless', (_request, reply) => reply.send(ReadableStream.from(endless())));
      },
    });
    await app.listen({ host: '127.0.0.1', port: 0 });
    const address = app.server.address();
    assert.ok(address !== null && typeof address === 'object');
    const connection = await openRaw(address.port);
    connection.socket.pause();
    connection.send('GET /endless HTTP/1.1\r\nhost: a\r\n\r\n');
    const { promise: gone, resolve } = Promise.withResolvers<void>();
    const watching = setInterval(() => {
      app.server.getConnections((_error, count) => count === 0 && given > 0 && resolve());
    }, 50);
    await gone;
    clearInterval(watching);
    // What the sockets of both sides take is the system's affair: a few megabytes.
    assert.ok(given < 400, `${given} pieces of 64 KiB were made for nobody`);
    connection.socket.destroy();
    await app.close();
  });
});

it('whoever cuts the connection at once is still known by the address', async (t) => {
  const addresses: string[] = [];
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const app = await createApp({
    logger: createLogger('silent'),
    ready: async () => true,
    register: (routes) => {
      routes.get('/late', async (request) => {
        begin();
        await new Promise<void>((resolve) => request.raw.socket.once('close', resolve));
        addresses.push(request.ip);
        return {};
      });
    },
  });
  t.after(() => app.close());
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  const connection = await openRaw(Number(port));
  connection.send('GET /late HTTP/1.1\r\nhost: a\r\n\r\n');
  await begun;
  connection.socket.resetAndDestroy();
  await until(async () => addresses.length > 0);
  assert.deepEqual(addresses, ['127.0.0.1']);
});
