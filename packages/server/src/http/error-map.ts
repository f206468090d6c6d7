import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorCode } from '../error-codes.ts';
import { OnfileError } from '../errors.ts';
import type { App } from './app-type.ts';
import { errorAnswer } from './error-answer.ts';
import { idHeaders } from './request-ids.ts';
import { logRequest } from './request-log.ts';
import { setSecurityHeaders } from './security-headers.ts';

/** Fastify's own failures that are the caller's doing; any other is ours. */
const codesOfFastify: ReadonlyMap<string, ErrorCode> = new Map([
  ['FST_ERR_BAD_URL', 'errormessage.validation.url'],
  ['FST_ERR_MAX_PARAM_LENGTH', 'errormessage.validation.url'],
  ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 'errormessage.media.type.unsupported'],
  ['FST_ERR_ROUTE_MISSING_CONTENT_TYPE', 'errormessage.media.type.unsupported'],
  ['FST_ERR_HANDLER_TIMEOUT', 'errormessage.unavailable'],
]);

/** Any thrown value as an error of the domain; what is not known becomes `errormessage.internal` without details. */
export function toOnfileError(error: unknown): OnfileError {
  if (error instanceof OnfileError) return error;
  const code = error instanceof Error && 'code' in error ? codesOfFastify.get(String(error.code)) : undefined;
  return new OnfileError(code ?? 'errormessage.internal', { cause: error });
}

function sendError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = toOnfileError(thrown);
  const { status, headers, body } = errorAnswer(error, {
    traceId: request.id,
    acceptLanguage: request.headers['accept-language'],
    tenantLocale: request.tenantLocale,
  });
  request.errorCode = error.code;
  if (status >= 500) request.log.error({ errorCode: error.code, err: thrown }, 'request failed');
  return reply.code(status).headers(headers).send(body);
}

/** Answers what fails before a route is found, such as an undecodable URL: no hook runs there. */
export function answerUnrouted(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  setSecurityHeaders(request, reply);
  reply.headers(idHeaders(request.headers, request.id));
  sendError(error, request, reply);
  logRequest(request, reply);
}

/** Gives every failure of the app and every unknown path the one error body. */
export function mapErrors(app: App): void {
  app.setErrorHandler(sendError);
  app.setNotFoundHandler((request, reply) =>
    sendError(new OnfileError('errormessage.route.not.found'), request, reply),
  );
  // Before the body is looked at: an unknown path is 404 whatever was sent to it.
  app.addHook('preParsing', (request, _reply, _payload, done) => {
    done(request.is404 ? new OnfileError('errormessage.route.not.found') : null);
  });
}
