import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { readConfig } from '../src/config.ts';
import { httpMalwareScan } from '../src/connectors/files/malware-scan.ts';
import { openMasterKey } from '../src/keys/open-master-key.ts';
import { createLogger } from '../src/log.ts';
import { startTracing, type Tracing } from '../src/telemetry/start-tracing.ts';
import { activeTraceparent, continueTrace } from '../src/telemetry/tracing.ts';
import { startTraceCollector, type TraceCollector } from './harness/trace-collector.ts';

const traceId = '640cfd8d000000008448eb211c80319c';
const caller = `00-${traceId}-b7ad6b7169203331-01`;

let collector: TraceCollector;
let tracing: Tracing;
const asked: IncomingHttpHeaders[] = [];
/** The scanner and Vault in one. */
const service = createServer((request, response) => {
  void (async () => {
    asked.push(request.headers);
    await buffer(request);
    const answer = { verdict: 'clean', data: { ciphertext: 'vault:v1:c2VhbGVk' } };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  })();
});
let address = '';

before(async () => {
  collector = await startTraceCollector();
  tracing = await startTracing(readConfig(collector.environment).tracing, createLogger('silent'));
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  address = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
});

after(async () => {
  await tracing.stop();
  service.closeAllConnections();
  service.close();
  await collector.stop();
});

/** What the service was asked with, and the span that the headers name as the parent. */
async function askedIn(name: string, work: () => Promise<unknown>) {
  const earlier = asked.length;
  await continueTrace(caller, 'test', { kind: 'internal' }, work);
  const [span] = (await collector.trace(traceId, [name, 'test'])).filter((one) => one.name === name);
  assert.ok(span);
  return { headers: asked[earlier] ?? {}, span };
}

test('the malware scanner and Vault are asked in the trace, in W3C’s headers and Datadog’s alike', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'onfile-test-'));
  t.after(() => rm(directory, { recursive: true }));
  const tokenFile = join(directory, 'token');
  await writeFile(tokenFile, 'token');
  const scan = httpMalwareScan(`${address}/scan`);
  const scanned = await askedIn('malware-scanner scan', () =>
    scan(Readable.from([Buffer.from('bytes')]), { size: 5, signal: AbortSignal.timeout(5_000) }),
  );
  const masterKey = await openMasterKey(
    readConfig({
      MASTER_KEY_PROVIDER: 'vault-transit',
      MASTER_KEY_VAULT_ADDRESS: address,
      MASTER_KEY_VAULT_TOKEN_FILE: tokenFile,
    }),
    false,
  );
  const wrapped = await askedIn('vault-transit wrap', () => masterKey.wrap(Buffer.alloc(32), 'acme', 'key'));
  for (const { headers, span } of [scanned, wrapped]) {
    assert.equal(headers['traceparent'], `00-${traceId}-${span.spanId}-01`);
    assert.equal(headers['x-datadog-trace-id'], String(0x8448eb211c80319cn));
    assert.equal(headers['x-datadog-parent-id'], String(BigInt(`0x${span.spanId}`)));
    assert.equal(headers['x-datadog-sampling-priority'], '1');
    assert.equal(headers['x-datadog-tags'], '_dd.p.tid=640cfd8d00000000');
  }
  assert.equal(scanned.span.attributes['onfile.outcome'], 'clean');
});

test('what is left to be done keeps the span that left it, and goes on below it', async () => {
  const kept = await continueTrace(caller, 'left', { kind: 'internal' }, async () => activeTraceparent());
  await continueTrace(kept, 'done', { kind: 'consumer' }, async () => undefined);
  const spans = await collector.trace(traceId, ['left', 'done']);
  const idOf = (name: string) => spans.find((span) => span.name === name);
  assert.equal(idOf('done')?.parentSpanId, idOf('left')?.spanId);
});

test('without a caller or its trace nothing is traced by itself, so that looking for work makes no traces', async () => {
  const scan = httpMalwareScan(`${address}/scan`);
  const earlier = asked.length;
  await scan(Readable.from([Buffer.from('bytes')]), { size: 5, signal: AbortSignal.timeout(5_000) });
  assert.equal(asked[earlier]?.['traceparent'], undefined);
});
