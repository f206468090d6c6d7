import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { demoPayee, newInstallation } from './harness/installation.ts';
import { enterCard, mastercard, replaceInstrument, visa } from './harness/main-job.ts';
import { startTraceCollector, type TraceCollector } from './harness/trace-collector.ts';
import { newId } from './harness/trace-parents.ts';
import { until } from './harness/until.ts';

const printImports = pathToFileURL(join(import.meta.dirname, 'harness/print-imports.ts')).href;
const sdk = /loads \S+@opentelemetry\/(?:sdk|exporter|otlp|context-async|resources|core)/;
const newTraceId = () => `${newId()}${newId()}`;
const parentIn = (traceId: string) => ({ headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` } });
const ready = /^onfile ready on/m;

test('the server’s own processes and tracing', async (t) => {
  const installation = await newInstallation(t);
  const collectors: TraceCollector[] = [];
  t.after(() => Promise.all(collectors.map((collector) => collector.stop())));

  await t.test(
    'one trace crosses the processes and outlives the server: it ends with what the background did',
    async () => {
      const collector = await startTraceCollector();
      collectors.push(collector);
      const { dataDir, serve } = installation;
      const onfile = await serve(collector.environment);
      // Where to look for them, without what else the address holds.
      const [, place] = await onfile.said(/^ {2}traces {7}sent to (\S+)$/m);
      assert.equal(place, new URL(collector.url).origin);
      const payee = await demoPayee(dataDir, onfile);
      await replaceInstrument(onfile, payee, await enterCard(onfile, payee, visa));
      const traceId = newTraceId();
      const token = await enterCard(onfile, payee, mastercard);
      assert.equal((await replaceInstrument(onfile, payee, token, parentIn(traceId))).status, 200);
      const names = ['apply-record-changes', 'job-queue', 'token-task retire', 'connector retireToken'];
      const spans = await collector.trace(traceId, names);
      const ids = new Set(spans.map((span) => span.spanId));
      const roots = spans.filter((span) => !ids.has(span.parentSpanId));
      assert.deepEqual(
        roots.map(({ name, parentSpanId }) => [name, parentSpanId]),
        [['POST /v1/customers/:customerId/account/payment-instrument', 'b7ad6b7169203331']],
      );
      // What was not sent yet is sent before the process ends.
      const last = newTraceId();
      await onfile.call('GET', '/storedPaymentMethods/demo/missing', parentIn(last));
      onfile.signal('SIGTERM');
      assert.deepEqual(await onfile.ended, { code: 0, signal: null });
      assert.ok(collector.spans().some((span) => span.traceId === last));
      assert.ok(!collector.spans().some(({ name }) => name.includes('health')));

      const other = await serve({ ...collector.environment, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' });
      const inBytes = newTraceId();
      await other.call('GET', '/storedPaymentMethods/demo/missing', parentIn(inBytes));
      other.signal('SIGTERM');
      await other.ended;
      assert.ok(collector.contentTypes().has('application/x-protobuf'));
      assert.ok(collector.bytes().includes(Buffer.from(inBytes, 'hex')));
    },
  );

  await t.test(
    'a collector that fails, goes away or says nothing harms no request and keeps no server from ending',
    async () => {
      const collector = await startTraceCollector();
      collectors.push(collector);
      const { dataDir, serve } = installation;
      const onfile = await serve({ ...collector.environment, OTEL_EXPORTER_OTLP_TIMEOUT: '300' });
      const payee = await demoPayee(dataDir, onfile);
      for (const fault of ['error', 'cut', 'silence'] as const) {
        collector.fail(fault);
        const earlier = collector.bytes().length;
        const answer = await replaceInstrument(onfile, payee, await enterCard(onfile, payee, visa));
        assert.equal(answer.status, 200, JSON.stringify(answer.body));
        await until(async () => collector.bytes().length > earlier);
      }
      await onfile.said(/spans could not be sent/);
      const stopping = performance.now();
      onfile.signal('SIGTERM');
      assert.deepEqual(await onfile.ended, { code: 0, signal: null });
      assert.ok(performance.now() - stopping < 8_000, 'the end waited for the collector');
      // One of the HTTP process, one of the background: a line a minute.
      assert.ok(onfile.errors().split('spans could not be sent').length <= 3, onfile.errors());
    },
  );

  await t.test(
    'without tracing no module of OpenTelemetry’s SDK is loaded; a bad certificate stops the start',
    async () => {
      const { start, dataDir } = installation;
      const watched = { NODE_OPTIONS: `--import=${printImports}` };
      const off = start({ ...watched, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_SDK_DISABLED: 'true' });
      await off.said(ready);
      assert.match(off.errors(), /loads \S+@opentelemetry\/api/);
      assert.doesNotMatch(off.errors(), sdk);
      off.signal('SIGTERM');
      await off.ended;
      const missing = join(dataDir, 'missing.pem');
      const refused = start({ OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_CERTIFICATE: missing });
      assert.equal((await refused.ended).code, 1);
      assert.match(refused.errors(), /cannot start: the file .+missing\.pem of OTEL_EXPORTER_OTLP_CERTIFICATE/);
    },
  );
});
