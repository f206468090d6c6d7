import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Logger } from 'pino';
import { OnfileError } from '../errors.ts';
import type { HttpMetrics } from '../telemetry/metrics-http.ts';
import { Admission } from './admission.ts';
import type { App } from './app-type.ts';
import { errorAnswer } from './error-answer.ts';
import { isProbe } from './health.ts';
import { KnownCallers } from './known-callers.ts';
import { idHeaders } from './request-ids.ts';
import { securityHeadersFor } from './security-headers.ts';
import { traceIdOf } from './trace.ts';

const measureEveryMs = 100;
const resolutionMs = 10;
const nanosecondsPerMs = 1_000_000;
const measurementsPerLogLine = 10;
const unauthenticated = 401;
/** Retries are spread over so many seconds, or all would come back together. */
const longestRetrySeconds = 3;

/**
 * Refuses requests with 503 and `Retry-After` while more come than can be answered soon, before anything of them is
 * looked at but the headers. An answer of this kind must cost next to nothing, so it neither goes through the app nor
 * into the log; a line a second says how many there were.
 */
export function shedLoad(
  app: App,
  options: {
    /** Milliseconds that a request may wait for the processor and the database together. */
    longestDelayMs: number;
    /** The mean wait for the database since the last call, in milliseconds. */
    databaseWaitMs: () => number;
    /** Serves those that are let in. */
    route: RequestListener;
    logger: Logger;
    metrics?: HttpMetrics | undefined;
  },
): void {
  const admission = new Admission(options.longestDelayMs);
  const callers = new KnownCallers();
  options.metrics?.followAdmission(admission);
  const loop = monitorEventLoopDelay({ resolution: resolutionMs });
  let shed = 0;
  let measurements = 0;
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    // Monitors must see that the server lives, most of all when it is busy.
    if (isProbe(request.url)) return options.route(request, response);
    const place = admission.enter(callers.groupOf(request.headers), performance.now());
    if (place === null) {
      shed += 1;
      options.metrics?.shed();
      return refuse(request, response, app.server.listening);
    }
    // Who goes away leaves the work behind: such a request is let go of after a second, as those that wait.
    response.once('finish', () => admission.leave(place));
    options.route(request, response);
  };
  const measure = (): void => {
    const loopDelayMs = loop.count === 0 ? 0 : Math.max(0, loop.mean / nanosecondsPerMs - resolutionMs);
    loop.reset();
    admission.adjust(loopDelayMs + options.databaseWaitMs(), performance.now());
    measurements = (measurements + 1) % measurementsPerLogLine;
    if (shed === 0 || measurements > 0) return;
    options.logger.warn({ count: shed }, 'more requests came than can be served; refused with 503');
    shed = 0;
  };
  // Until now the app itself is the only one that listens.
  app.server.removeAllListeners('request');
  app.server.on('request', serve);
  app.addHook('onResponse', (request, reply, done) => {
    if (reply.statusCode === unauthenticated) callers.forget(request.headers);
    else if (request.logCaller && request.knownBy) {
      callers.remember(request.headers, request.knownBy, request.logCaller.tenantId);
    }
    done();
  });
  let timer: NodeJS.Timeout | undefined;
  app.addHook('onListen', (done) => {
    loop.enable();
    timer = setInterval(measure, measureEveryMs).unref();
    done();
  });
  app.addHook('onClose', (_app, done) => {
    clearInterval(timer);
    loop.disable();
    done();
  });
}

/** What of the body still comes is read and thrown away by Node, so that the connection can be used again. */
function refuse(request: IncomingMessage, response: ServerResponse, keepsAlive: boolean): void {
  const seconds = 1 + Math.floor(Math.random() * longestRetrySeconds);
  const error = new OnfileError('errormessage.unavailable', { headers: { 'retry-after': String(seconds) } });
  const traceId = traceIdOf(request.headers);
  const { status, headers, body } = errorAnswer(error, {
    traceId,
    acceptLanguage: request.headers['accept-language'],
  });
  response.writeHead(status, {
    ...securityHeadersFor(request),
    ...idHeaders(request.headers, traceId),
    ...headers,
    'content-length': Buffer.byteLength(body),
    ...(keepsAlive ? {} : { connection: 'close' }),
  });
  response.end(body);
}
