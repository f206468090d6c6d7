import type { RequestListener } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { fastify } from 'fastify';
import type { Logger } from 'pino';
import { OnfileError } from '../errors.ts';
import type { HttpMetrics } from '../telemetry/metrics-http.ts';
import type { Certificate } from '../tls/certificate.ts';
import { createTlsServer } from '../tls/server.ts';
import { refuseUnacceptable } from './accept.ts';
import { watchMethods } from './allowed-methods.ts';
import type { App } from './app-type.ts';
import { defaultBodyLimit, readBodies } from './body.ts';
import { noteAddresses } from './client-address.ts';
import { clientErrorHandler, followAnswers } from './client-error.ts';
import { limitConnections } from './connection-limits.ts';
import { registerDocsPage } from './docs-page.ts';
import { answerUnrouted, mapErrors } from './error-map.ts';
import { ambiguity, endWhatIsUnclear } from './framing.ts';
import { registerHealth } from './health.ts';
import { registerOpenApi } from './openapi.ts';
import { isDecodable } from './percent-encoding.ts';
import { idHeaders } from './request-ids.ts';
import { followRequests } from './request-log.ts';
import { traceRequests } from './request-span.ts';
import { serveErrorReference } from './routes/error-reference.ts';
import { setSecurityHeaders } from './security-headers.ts';
import { shedLoad } from './shed-load.ts';
import { StreamFailures } from './stream-failures.ts';
import { traceIdOf } from './trace.ts';
import { discardUnreadBody } from './unread-body.ts';
import { refuseUnknownQueries, validateSchemas } from './validation.ts';

export type AppOptions = {
  logger: Logger;
  /** Addresses or ranges (CIDR) of proxies whose `X-Forwarded-*` is believed. None when left out. */
  trustProxy?: readonly string[];
  /** Serves HTTPS with it; HTTP when left out. */
  certificate?: Certificate | undefined;
  /** Bytes that a body may have where its route does not say otherwise. 1 MiB when left out. */
  bodyLimit?: number;
  /** Milliseconds in which a request must arrive completely. 30 s when left out. */
  requestTimeout?: number;
  /** When requests are refused because too many come; never when left out. */
  overload?: { longestDelayMs: number; databaseWaitMs: () => number } | undefined;
  /** Where requests are counted; nowhere when left out. */
  metrics?: HttpMetrics | undefined;
  /** Whether requests can be served, for `/health/ready`. */
  ready: () => Promise<boolean>;
  /** Adds hooks and routes. */
  register: (app: App) => Promise<void> | void;
};

const requestTimeoutMs = 30_000;
const headersTimeoutMs = 10_000;
/** Longer than the usual 60 s of load balancers, which must be the ones to close an idle connection. */
const keepAliveTimeoutMs = 65_000;
const timeoutCheckMs = 2_000;
/** An answer may be silent for as long as this many requests may take to arrive: longer than any of ours waits. */
const silentRequests = 4;
const headerLimit = 16_384;
const pathParameterLimit = 512;

function build(options: AppOptions): App {
  const requestTimeout = options.requestTimeout ?? requestTimeoutMs;
  const limits = {
    maxHeaderSize: headerLimit,
    headersTimeout: Math.min(headersTimeoutMs, requestTimeout),
    connectionsCheckingInterval: Math.min(timeoutCheckMs, requestTimeout),
    // Node would answer a missing Host without a body; `checkRequest` answers with one.
    requireHostHeader: false,
  };
  const times = { requestTimeout, keepAliveTimeout: keepAliveTimeoutMs };
  const { certificate } = options;
  return fastify({
    loggerInstance: options.logger,
    logController: new StreamFailures(),
    genReqId: (request) => traceIdOf(request.headers),
    trustProxy: options.trustProxy === undefined ? false : [...options.trustProxy],
    bodyLimit: options.bodyLimit ?? defaultBodyLimit,
    ...times,
    http: limits,
    ...(certificate
      ? {
          serverFactory: (listener: RequestListener) => createTlsServer(certificate, { ...limits, ...times }, listener),
        }
      : {}),
    routerOptions: { maxParamLength: pathParameterLimit },
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => answerUnrouted(error, request, reply),
    clientErrorHandler: clientErrorHandler(options.logger, options.metrics),
  }).withTypeProvider<TypeBoxTypeProvider>();
}

/** The query's encoding is checked here, the path's by the router. */
function checkRequest(app: App): void {
  app.addHook('onRequest', (request, reply, done) => {
    setSecurityHeaders(request, reply);
    reply.headers(idHeaders(request.headers, request.id));
    const { url = '' } = request.raw;
    const unclear = ambiguity(request.raw);
    if (unclear) return done(unclear);
    const query = url.indexOf('?');
    const isReadable = query === -1 || !url.includes('%', query) || isDecodable(url.slice(query));
    return done(isReadable ? undefined : new OnfileError('errormessage.validation.url'));
  });
}

/** While draining, each answer asks its connection to close, or clients would keep it open past the end. */
function closeWhileDraining(app: App): void {
  let isDraining = false;
  app.addHook('preClose', (done) => {
    isDraining = true;
    done();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (isDraining) reply.header('connection', 'close');
    done();
  });
}

/**
 * The HTTP shell: errors, bodies, validation, logs, limits, health, OpenAPI and `/docs`. Routes come from `register`.
 * The app is ready when the promise resolves; `listen` and `close` (which drains) are the caller's.
 */
export async function createApp(options: AppOptions): Promise<App> {
  const app = build(options);
  app.decorateRequest('tenantLocale', null);
  app.decorateRequest('logCaller', null);
  app.decorateRequest('knownBy', null);
  app.decorateRequest('errorCode', null);
  followRequests(app, options.metrics);
  const route = traceRequests(app);
  if (options.overload) shedLoad(app, { ...options.overload, route, logger: options.logger, metrics: options.metrics });
  limitConnections(app.server, silentRequests * (options.requestTimeout ?? requestTimeoutMs));
  followAnswers(app.server);
  noteAddresses(app.server);
  endWhatIsUnclear(app.server);
  options.metrics?.follow(app.server);
  // RFC 9110, section 10.1.1 lets an unknown expectation be ignored; Node would answer 417 without a body.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  refuseUnknownQueries(app);
  validateSchemas(app);
  readBodies(app);
  mapErrors(app);
  refuseUnacceptable(app);
  checkRequest(app);
  const answerOtherMethods = watchMethods(app);
  closeWhileDraining(app);
  app.addHook('onSend', discardUnreadBody);
  await registerOpenApi(app);
  await registerDocsPage(app);
  serveErrorReference(app);
  registerHealth(app, options.ready);
  await options.register(app);
  await app.after();
  answerOtherMethods();
  await app.ready();
  return app;
}
