import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { ErrorCode } from '../error-codes.ts';
import { OnfileError } from '../errors.ts';
import type { HttpMetrics } from '../telemetry/metrics-http.ts';
import { errorAnswer } from './error-answer.ts';
import { idHeaders } from './request-ids.ts';
import { logRequest, replyUnderWay } from './request-log.ts';
import { securityHeadersOn } from './security-headers.ts';
import { traceIdOf } from './trace.ts';

/** How long a client may still send before its connection is cut, so that it can read the answer first. */
const lingerMs = 1000;

const codes: ReadonlyMap<string | undefined, ErrorCode> = new Map([
  ['HPE_HEADER_OVERFLOW', 'errormessage.header.too.large'],
  ['ERR_HTTP_REQUEST_TIMEOUT', 'errormessage.request.timeout'],
]);

/** In the language of the request that was begun, where one was; else there is nothing to tell it from. */
function answerText(error: OnfileError, traceId: string, request: FastifyRequest | undefined, socket: Socket): string {
  const asked = request?.headers ?? {};
  const { status, headers, body } = errorAnswer(error, {
    traceId,
    acceptLanguage: asked['accept-language'],
    tenantLocale: request?.tenantLocale ?? null,
  });
  const all = { ...securityHeadersOn(socket), ...idHeaders(asked, traceId), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...lines,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}

function endWith(socket: Socket, text: string): void {
  const cut = setTimeout(() => socket.destroy(), lingerMs).unref();
  socket.once('close', () => clearTimeout(cut));
  socket.on('error', () => socket.destroy());
  socket.end(text);
  socket.resume();
}

/**
 * Answers what Node cannot parse as HTTP, or what does not arrive in time, with the one error body. Where no request
 * object exists for it, its text is English and the log line holds no route.
 */
export function clientErrorHandler(
  logger: Logger,
  metrics?: HttpMetrics,
): (error: NodeJS.ErrnoException, socket: Socket) => void {
  return (error, socket) => {
    // A handshake that failed, such as plain HTTP on the port of HTTPS: nothing can be told over it.
    if (error.code?.startsWith('ERR_SSL') || error.code === 'ERR_TLS_HANDSHAKE_TIMEOUT') {
      socket.destroy();
      return;
    }
    if (error.code === 'ECONNRESET' || !socket.writable || answering.get(socket)?.headersSent === true) {
      socket.destroy();
      return;
    }
    const code = codes.get(error.code) ?? 'errormessage.validation.header';
    const failure = new OnfileError(code);
    const { status } = failure;
    // What came of it may have been enough for the app to begin.
    const begun = replyUnderWay(answering.get(socket));
    const traceId = begun?.request.id ?? traceIdOf({});
    endWith(socket, answerText(failure, traceId, begun?.request, socket));
    if (begun) return logRequest(begun.request, begun, { status, errorCode: code });
    logger.info({ traceId, status, errorCode: code }, 'request');
    metrics?.endedUnparsed(status, code);
  };
}

/** The answer that is under way on a connection: two must not be mixed on it. */
const answering = new WeakMap<Socket, ServerResponse>();

/** Remembers which answer is under way on each connection, for `clientErrorHandler`. */
export function followAnswers(server: Server): void {
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    answering.set(socket, response);
    response.once('finish', () => answering.delete(socket));
  });
}
