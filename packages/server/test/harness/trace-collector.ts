import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { until } from './until.ts';

export type CollectedSpan = {
  name: string;
  traceId: string;
  spanId: string;
  /** '' of the first span of a trace. */
  parentSpanId: string;
  kind: number;
  attributes: Record<string, unknown>;
  links: { traceId: string; spanId: string }[];
  isFailed: boolean;
};

/** What the collector does instead of answering 200: answers 500, cuts the line, or says nothing. */
export type CollectorFault = 'error' | 'cut' | 'silence';

export type TraceCollector = {
  url: string;
  /** As a server's environment says it. */
  environment: Record<string, string>;
  /** Of what came as JSON. */
  spans: () => CollectedSpan[];
  /** Spans of a trace, once one of each name is there and the parents of all but of those below one span elsewhere. */
  trace: (traceId: string, names: readonly string[]) => Promise<CollectedSpan[]>;
  /** All that came: addresses, headers, bodies. */
  bytes: () => Buffer;
  contentTypes: () => Set<string>;
  fail: (fault: CollectorFault | null) => void;
  stop: () => Promise<void>;
};

type Value = { stringValue?: string; boolValue?: boolean; intValue?: number | string };
type OtlpSpan = Omit<CollectedSpan, 'attributes' | 'isFailed' | 'links'> & {
  attributes?: { key: string; value: Value }[];
  links?: CollectedSpan['links'];
  status?: { code?: number };
};
type OtlpRequest = { resourceSpans: { scopeSpans: { spans: OtlpSpan[] }[] }[] };

const failed = 2;

const collected = (span: OtlpSpan): CollectedSpan => ({
  ...span,
  parentSpanId: span.parentSpanId ?? '',
  attributes: Object.fromEntries(
    (span.attributes ?? []).map(({ key, value }) => [key, value.stringValue ?? value.boolValue ?? value.intValue]),
  ),
  links: span.links ?? [],
  isFailed: span.status?.code === failed,
});

/** A stand-in of an OpenTelemetry collector: `POST /v1/traces` of OTLP over HTTP. */
export async function startTraceCollector(): Promise<TraceCollector> {
  const spans: CollectedSpan[] = [];
  const received: Buffer[] = [];
  const contentTypes = new Set<string>();
  let fault: CollectorFault | null = null;
  const server = createServer((request, response) => {
    void (async () => {
      const body = await buffer(request);
      const type = request.headers['content-type'] ?? '';
      received.push(Buffer.from(`${request.url} ${JSON.stringify(request.headers)}`), body);
      contentTypes.add(type);
      if (fault === 'silence') return;
      if (fault === 'cut') return request.socket.destroy();
      if (fault === 'error') return response.writeHead(500).end();
      if (type.includes('json')) {
        const { resourceSpans } = JSON.parse(body.toString('utf8')) as OtlpRequest;
        spans.push(
          ...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans.map(collected))),
        );
      }
      return response.writeHead(200, { 'content-type': type }).end(type.includes('json') ? '{}' : '');
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    environment: {
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '100',
    },
    spans: () => spans,
    async trace(traceId, names) {
      const ofTrace = () => spans.filter((span) => span.traceId === traceId);
      await until(async () => {
        const found = ofTrace();
        const ids = new Set(found.map((span) => span.spanId));
        const elsewhere = new Set(found.map((span) => span.parentSpanId).filter((id) => !ids.has(id)));
        return elsewhere.size <= 1 && names.every((name) => found.some((span) => span.name === name));
      });
      return ofTrace();
    },
    bytes: () => Buffer.concat(received),
    contentTypes: () => contentTypes,
    fail: (next) => {
      fault = next;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
