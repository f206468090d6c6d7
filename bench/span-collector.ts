import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export type SpanCollector = {
  url: string;
  /** Of what came since the last call; spans only of what came as JSON. */
  take: () => { bytes: number; spans: number };
  stop: () => Promise<void>;
};

/** Once in each span, and nowhere else in OTLP's JSON. */
const inEachSpan = '"startTimeUnixNano"';

/** A collector that takes everything and does nothing with it. */
export async function startSpanCollector(): Promise<SpanCollector> {
  let bytes = 0;
  let spans = 0;
  const server = createServer((request, response) => {
    void (async () => {
      const body = await buffer(request);
      const isJson = request.headers['content-type'] === 'application/json';
      bytes += body.length;
      if (isJson) spans += body.toString('latin1').split(inEachSpan).length - 1;
      response.writeHead(200, isJson ? { 'content-type': 'application/json' } : {}).end(isJson ? '{}' : '');
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take() {
      const taken = { bytes, spans };
      bytes = 0;
      spans = 0;
      return taken;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
