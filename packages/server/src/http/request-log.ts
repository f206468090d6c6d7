import type { FastifyReply, FastifyRequest } from 'fastify';

const tenthsOfMillisecond = 10;

/**
 * The one line of a request. It names the route's pattern, never the URL, which holds tokens; headers, bodies and
 * query strings stay out. The trace id is bound to the request's logger.
 */
export function logRequest(request: FastifyRequest, reply: FastifyReply): void {
  request.log.info(
    {
      method: request.method,
      route: request.routeOptions.url ?? null,
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime * tenthsOfMillisecond) / tenthsOfMillisecond,
      ...request.logCaller,
      ...(request.errorCode === null ? {} : { errorCode: request.errorCode }),
    },
    'request',
  );
}
