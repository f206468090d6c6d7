import assert from 'node:assert/strict';
import { get, type RequestOptions } from 'node:https';
import { test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { certificateFiles, makeCertificate, writeCertificate } from './harness/certificate.ts';
import { newInstallation, readDemoFile } from './harness/installation.ts';
import { onfile } from './harness/onfile-command.ts';
import { until } from './harness/until.ts';

type Told = { status: number | undefined; transport: string | undefined; name: string };

/** One request on a connection of its own. */
function ask(url: string, options: RequestOptions): Promise<Told> {
  const { promise, resolve, reject } = Promise.withResolvers<Told>();
  get(url, { agent: false, ...options }, (answer) => {
    const { socket } = answer;
    const name = 'getPeerCertificate' in socket ? (socket as TLSSocket).getPeerCertificate().subject.CN : '';
    answer.resume();
    resolve({ status: answer.statusCode, transport: answer.headers['strict-transport-security'], name: String(name) });
  }).once('error', reject);
  return promise;
}

test('a server with a certificate of its own serves HTTPS from all its processes, and takes a renewed one', async (t) => {
  const first = await makeCertificate({ commonName: 'first' });
  const files = await certificateFiles(t, first);
  const tls = { TLS_CERT_FILE: files.certFile, TLS_KEY_FILE: files.keyFile };
  const { dataDir, serve } = await newInstallation(t);
  const server = await serve({ ...tls, WORKERS: '2' });
  assert.match(server.url, /^https:\/\/127\.0\.0\.1:\d+$/);
  assert.match(server.output(), new RegExp(`demo +${server.url}/demo`));
  assert.equal((await readDemoFile(dataDir))['baseUrl'], server.url);

  const ready = await ask(`${server.url}/health/ready`, { ca: first.cert });
  assert.deepEqual(ready, { status: 200, transport: 'max-age=31536000', name: 'first' });
  const { port } = new URL(server.url);
  const asLocalhost = await ask(`https://localhost:${port}/health/ready`, { ca: first.cert, family: 4 });
  assert.deepEqual([asLocalhost.status, asLocalhost.transport], [200, undefined]);
  assert.equal((await ask(`${server.url}/demo`, { ca: first.cert })).status, 200);

  const doctor = await onfile(['doctor', '--json'], { DATA_DIR: dataDir, PORT: port, ...tls });
  const { isHealthy, checks } = JSON.parse(doctor.stdout);
  assert.ok(isHealthy, doctor.stdout);
  const found = Object.fromEntries(checks.map((check: { check: string; found: string }) => [check.check, check.found]));
  assert.match(found.certificate, /is good for (29|30) more days\.$/);
  assert.match(found.server, /^https:.* is ready for requests\.$/);

  const second = await makeCertificate({ commonName: 'second', until: new Date(Date.now() + 5 * 86_400_000) });
  await writeCertificate(files, second);
  const ca = [first.cert, second.cert];
  // Connections go to the processes by turns.
  const names = async () =>
    Promise.all(Array.from({ length: 4 }, async () => (await ask(`${server.url}/health/ready`, { ca })).name));
  await until(async () => (await names()).every((name) => name === 'second'));
});

test('a start with a certificate that cannot be served stops with a sentence', async (t) => {
  const files = await certificateFiles(t, await makeCertificate());
  const other = await certificateFiles(t, await makeCertificate());
  const { start } = await newInstallation(t);
  const refused = start({ TLS_CERT_FILE: files.certFile, TLS_KEY_FILE: other.keyFile });
  assert.deepEqual(await refused.ended, { code: 1, signal: null });
  assert.match(refused.errors(), /onfile cannot start: the key in TLS_KEY_FILE \(.*\) is not that of the certificate/);
  assert.doesNotMatch(refused.errors(), /BEGIN/);
});
