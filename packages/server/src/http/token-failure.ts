import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AccessTokenError, AccessTokenFailure } from '../contract/access-token.ts';
import type { OnfileError } from '../errors.ts';
import { formatError } from '../locales/catalog.ts';
import { toOnfileError } from './error-map.ts';

const invalidClient = 'The client is not known, its secret is wrong, or it was revoked.';
/** RFC 6749, section 5.2, leaves out the double quote, the backslash and all that is not ASCII. */
const notDescribable = /[^\x20-\x21\x23-\x5b\x5d-\x7e]/g;

/** The RFC's name of a failure; null where it has none: too many requests, and failures on our side. */
function tokenErrorOf({ status, code, reference }: OnfileError): AccessTokenError | null {
  if (status === 401) return 'invalid_client';
  if (status !== 400 && status !== 413 && status !== 415) return null;
  if (code !== 'errormessage.validation.allowed.values') return 'invalid_request';
  if (reference === 'grant_type') return 'unsupported_grant_type';
  return reference === 'scope' ? 'invalid_scope' : 'invalid_request';
}

/** All that is wrong, one after the other: the RFC has one text for it. */
function describe(error: OnfileError): string {
  const sentences = [error, ...error.others].map((one) => {
    const { errorMessage } = formatError(one, { locale: 'en', timeZone: 'UTC' });
    return one.reference ? `${one.reference}: ${errorMessage}` : errorMessage;
  });
  return sentences.join(' ').replaceAll(notDescribable, '?');
}

/** Answers a failure of the token endpoint in the RFC's own body; what it cannot express goes on to the error body. */
export function answerTokenFailure(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const error = toOnfileError(thrown);
  const name = tokenErrorOf(error);
  if (name === null) throw error;
  request.errorCode = error.code;
  if (name === 'invalid_client') reply.header('www-authenticate', 'Basic realm="onfile", charset="UTF-8"');
  const body: AccessTokenFailure = {
    error: name,
    error_description: name === 'invalid_client' ? invalidClient : describe(error),
  };
  void reply.code(error.status).headers(error.headers).send(body);
}
