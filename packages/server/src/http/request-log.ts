import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorCode } from '../error-codes.ts';
import type { HttpMetrics } from '../telemetry/metrics-http.ts';
import type { App } from './app-type.ts';
import { loggableRequestId } from './request-ids.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Where requests are counted; null where nobody wants to know. */
    httpMetrics: HttpMetrics | null;
  }

  interface FastifyRequest {
    /** Its line is written: there is one for each. */
    isLogged: boolean;
  }
}

const tenthsOfMillisecond = 10;

const underWay = new WeakMap<ServerResponse, FastifyReply>();

/**
 * Writes a line and counts, once, however a request of the app ends: its answer was given, or its client went away
 * before. To be called before any other hook is added.
 */
export function followRequests(app: App, metrics: HttpMetrics | undefined): void {
  app.decorate('httpMetrics', metrics ?? null);
  app.decorateRequest('isLogged', false);
  app.addHook('onRequest', (request, reply, done) => {
    underWay.set(reply.raw, reply);
    // Fastify tells of answers only that were given to the end.
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) logRequest(request, reply, { isAborted: true });
    });
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    logRequest(request, reply);
    done();
  });
}

/** The reply that the app is at work on, for what has to end it from outside. */
export const replyUnderWay = (response: ServerResponse | undefined): FastifyReply | undefined =>
  response && underWay.get(response);

/** How a request ended where its reply does not tell: with an answer from outside the app, or with none. */
type End = { isAborted: true } | { status: number; errorCode: ErrorCode };

/**
 * The one line of a request. It names the route's pattern, never the URL, which holds tokens; headers, bodies and
 * query strings stay out. The trace id is bound to the request's logger.
 */
export function logRequest(request: FastifyRequest, reply: FastifyReply, end?: End): void {
  if (request.isLogged) return;
  request.isLogged = true;
  const isAborted = end !== undefined && 'isAborted' in end;
  const answered = end === undefined || isAborted ? { status: reply.statusCode, errorCode: request.errorCode } : end;
  const status = isAborted ? null : answered.status;
  const { method } = request;
  const route = request.routeOptions.url ?? null;
  const requestId = loggableRequestId(request.headers);
  request.log.info(
    {
      method,
      route,
      status,
      ...(isAborted ? { aborted: true } : {}),
      durationMs: Math.round(reply.elapsedTime * tenthsOfMillisecond) / tenthsOfMillisecond,
      ...request.logCaller,
      ...(requestId === undefined ? {} : { requestId }),
      ...(answered.errorCode === null ? {} : { errorCode: answered.errorCode }),
    },
    'request',
  );
  const durationMs = reply.elapsedTime;
  request.server.httpMetrics?.ended({ method, route, status, durationMs, errorCode: answered.errorCode });
}
