import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { FastifyRequest } from 'fastify';
import { traceParentOf } from '../telemetry/trace-parent.ts';
import { beginSpan, isTracing, traceFormatsInUse } from '../telemetry/tracing.ts';
import type { App } from './app-type.ts';
import { isProbe } from './health.ts';

const methods: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'CONNECT',
  'TRACE',
]);
const firstServerError = 500;

/**
 * What hands a request to the app; while tracing, inside a span that goes on from the caller's trace. It says the route's
 * pattern, the tenant and the outcome (OpenTelemetry's conventions for HTTP), never the URL, a header or a body.
 */
export function traceRequests(app: App): RequestListener {
  const route: RequestListener = (request, response) => app.routing(request, response);
  if (!isTracing()) return route;
  const known = new WeakMap<IncomingMessage, FastifyRequest>();
  const traced: RequestListener = (request, response) => {
    // Nobody asks for a trace of what monitors do.
    if (isProbe(request.url) || !isTracing()) return route(request, response);
    const method = methods.has(request.method ?? '') ? (request.method ?? '') : '_OTHER';
    const attributes = {
      'http.request.method': method,
      'url.scheme': request.socket instanceof TLSSocket ? 'https' : 'http',
      'network.protocol.version': request.httpVersion,
    };
    const name = method === '_OTHER' ? 'HTTP' : method;
    const span = beginSpan(name, { kind: 'server', attributes }, traceParentOf(request.headers, traceFormatsInUse()));
    response.once('close', () => span.end(outcomeOf(name, response, known.get(request))));
    span.run(() => route(request, response));
  };
  app.addHook('onRequest', (request, _reply, done) => {
    known.set(request.raw, request);
    done();
  });
  // Until now the app itself is the only one that listens.
  app.server.removeAllListeners('request');
  app.server.on('request', traced);
  return traced;
}

/** A refusal is no failure of the server's; who went away before the answer has got none. */
function outcomeOf(method: string, response: ServerResponse, request: FastifyRequest | undefined) {
  const route = request?.routeOptions.url;
  const { errorCode = null, logCaller = null } = request ?? {};
  const status = response.headersSent ? response.statusCode : undefined;
  const isFailed = (status ?? 0) >= firstServerError;
  return {
    name: route === undefined ? method : `${method} ${route}`,
    attributes: {
      ...(status === undefined ? {} : { 'http.response.status_code': status }),
      ...(route === undefined ? {} : { 'http.route': route }),
      ...(errorCode === null ? {} : { 'error.type': errorCode }),
      ...(logCaller === null ? {} : { 'onfile.tenant.id': logCaller.tenantId }),
      ...(response.writableFinished ? {} : { 'onfile.client_gone': true }),
    },
    ...(isFailed ? { failure: errorCode ?? String(status) } : {}),
  };
}
