import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { GatheredMetrics, MetricsFormat } from '../telemetry/gathered-metrics.ts';
import { listenError } from './listen-error.ts';

export type MetricsListener = {
  /** Where a scraper finds them. */
  url: string;
  close(): Promise<void>;
};

/** A few scrapers and a person; a page that holds connections open takes nothing from the API. */
const mostConnections = 50;
const patienceMs = 5_000;
const settings = { port: 'METRICS_PORT', host: 'METRICS_HOST' };
const openMetrics = 'application/openmetrics-text';

/**
 * Serves `/metrics` on a listener of its own, for operators: nobody is asked who he is, so it belongs on an address that
 * the internet does not reach. Throws a sentence when it cannot listen.
 */
export async function listenForMetrics(
  { metricsHost, metricsPort }: Pick<Config, 'metricsHost' | 'metricsPort'>,
  metrics: Pick<GatheredMetrics, 'text'>,
  logger: Logger,
): Promise<MetricsListener> {
  const server = createServer(
    { requestTimeout: patienceMs, headersTimeout: patienceMs, connectionsCheckingInterval: patienceMs },
    (request, response) => {
      answer(request, response, metrics).catch((error: unknown) => {
        logger.error({ err: error }, 'the metrics could not be told');
        if (response.headersSent) response.destroy();
        else say(response, 500, 'The metrics could not be told; the log says why.\n');
      });
    },
  );
  server.maxConnections = mostConnections;
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  server.on('error', (error) => reject(listenError(error, `${metricsHost}:${metricsPort}`, settings)));
  server.listen({ port: metricsPort ?? 0, host: metricsHost }, resolve);
  await listening;
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : (metricsPort ?? 0);
  const host = metricsHost.includes(':') ? `[${metricsHost}]` : metricsHost;
  return {
    url: `http://${host}:${port}/metrics`,
    async close() {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  { method = '', url = '', headers }: IncomingMessage,
  response: ServerResponse,
  metrics: Pick<GatheredMetrics, 'text'>,
): Promise<void> {
  const [path] = url.split('?');
  if (path !== '/metrics') return say(response, 404, 'Only /metrics is here.\n');
  if (method !== 'GET' && method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return say(response, 405, 'Read the metrics with GET.\n');
  }
  const { contentType, text } = await metrics.text(formatFor(headers.accept));
  say(response, 200, text, contentType);
}

/** Node leaves the text out of the answer to HEAD by itself. */
function say(response: ServerResponse, status: number, text: string, contentType = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(text);
}

/** OpenMetrics for who prefers it to all others, as Prometheus does; the older format for everybody else. */
export function formatFor(accept: string | undefined): MetricsFormat {
  const wishes = (accept ?? '').split(',').map(readWish);
  const best = Math.max(0, ...wishes.filter(({ isOpenMetrics }) => !isOpenMetrics).map(({ weight }) => weight));
  return wishes.some(({ isOpenMetrics, weight }) => isOpenMetrics && weight > 0 && weight >= best)
    ? 'openmetrics'
    : 'prometheus';
}

/**
 * One media range of `Accept` (RFC 9110, section 12.5.1). OpenMetrics counts in the version that is written here. Read by
 * hand: Negotiator holds us to every parameter of a range, and Prometheus sends some beside the version (`escaping`).
 */
function readWish(range: string): { isOpenMetrics: boolean; weight: number } {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  const named = new Map(parameters.map((parameter) => [parameter.split('=')[0], parameter.split('=')[1]] as const));
  const version = named.get('version')?.replaceAll('"', '') ?? '1.0.0';
  const weight = Number(named.get('q') ?? '1');
  return {
    isOpenMetrics: type === openMetrics && version === '1.0.0',
    weight: weight >= 0 && weight <= 1 ? weight : 0,
  };
}
