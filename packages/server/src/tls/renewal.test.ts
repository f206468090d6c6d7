import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect as connectPlainly } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { certificateFiles, makeCertificate, writeCertificate } from '../../test/harness/certificate.ts';
import { until } from '../../test/harness/until.ts';
import { createLogger } from '../log.ts';
import { readCertificate } from './certificate.ts';
import { followCertificate } from './renewal.ts';
import { createTlsServer, renewCertificate } from './server.ts';

/** A server that looks at its files all the time, and what it logs. */
async function serve(t: TestContext) {
  const files = await certificateFiles(t, await makeCertificate({ commonName: 'first' }));
  const served = await readCertificate(files, new Date());
  const server = createTlsServer(served, { keepAliveTimeout: 1000 }, (_, response) => void response.end('ok'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  let log = '';
  const logger = createLogger('info', { write: (line) => void (log += line) });
  const following = followCertificate({
    files,
    served,
    renew: renewCertificate.bind(null, server),
    logger,
    everyMs: 10,
  });
  t.after(() => {
    following.stop();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const open = async (options: ConnectionOptions = {}): Promise<TLSSocket> => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options });
    t.after(() => socket.destroy());
    await once(socket, 'secureConnect');
    return socket;
  };
  const name = async () => {
    const socket = await open();
    const { CN } = socket.getPeerCertificate().subject;
    socket.destroy();
    return CN;
  };
  return { files, open, name, port, log: () => log };
}

test('a renewed certificate serves new connections, and leaves open ones alone', async (t) => {
  const { files, open, name } = await serve(t);
  const before = await open();
  assert.equal(await name(), 'first');
  await writeCertificate(files, await makeCertificate({ commonName: 'second' }));
  await until(async () => (await name()) === 'second');
  before.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
  const [answer] = await once(before, 'data');
  assert.match(String(answer), /^HTTP\/1\.1 200/);
});

test('a pair that cannot be served is left alone and complained of once, until it can be', async (t) => {
  const { files, name, log } = await serve(t);
  const next = await makeCertificate({ commonName: 'second' });
  const { cert } = await readCertificate(files, new Date());
  await writeCertificate(files, { cert, key: next.key });
  await until(async () => log().includes('is not that of the certificate'));
  await rm(files.certFile);
  await until(async () => log().includes('cannot be read (ENOENT)'));
  assert.equal(await name(), 'first');
  assert.equal(log().split('\n').length, 3, log());
  assert.doesNotMatch(log(), /BEGIN|PRIVATE/);
  await writeFile(files.certFile, next.cert);
  await until(async () => (await name()) === 'second');
});

test('nothing older than TLS 1.2 is spoken, nor a cipher without forward secrecy', async (t) => {
  const { open } = await serve(t);
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const socket = await open({ minVersion: version, maxVersion: version });
    assert.equal(socket.getProtocol(), version);
  }
  const weak = { ciphers: 'DEFAULT@SECLEVEL=0' };
  await assert.rejects(open({ ...weak, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' }));
  await assert.rejects(open({ maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA:AES256-SHA:AES128-GCM-SHA256' }));
});

test('plain HTTP gets no answer on the port of HTTPS', async (t) => {
  const { port } = await serve(t);
  const socket = connectPlainly(port, '127.0.0.1');
  t.after(() => socket.destroy());
  socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk)).on('error', () => {});
  await once(socket, 'close');
  assert.doesNotMatch(answer, /HTTP\/1\.1 200/);
});
