import type { IncomingMessage } from 'node:http';
import { MIMEType } from 'node:util';
import type { FastifyRequest } from 'fastify';
import { parseJsonText } from '../contract/json-text.ts';
import { bytesArgument, OnfileError } from '../errors.ts';
import type { App } from './app-type.ts';
import { parseFormText } from './form-text.ts';

/** Bytes that a body may have, unless the route says otherwise by `bodyLimit`. */
export const defaultBodyLimit = 1_048_576;

const decoder = new TextDecoder('utf-8', { fatal: true });
const jsonType = /^application\/(?:[\w.!#$&^-]+\+)?json$/;
const utf8Label = /^utf-?8$/i;
const formType = 'application/x-www-form-urlencoded';

type Parse = (text: string) => unknown;

/** RFC 9110, section 15.5.16: say which types would have been taken. */
const unsupported = (takesForm: boolean, cause?: unknown) =>
  new OnfileError('errormessage.media.type.unsupported', {
    cause,
    headers: { accept: takesForm ? `application/json, ${formType}` : 'application/json' },
  });

function tooLarge(limit: number): OnfileError {
  return new OnfileError('errormessage.body.too.large', { args: [bytesArgument(limit)] });
}

function mediaTypeOf(header: string | undefined, takesForm: boolean): MIMEType {
  try {
    return new MIMEType(header ?? '');
  } catch (cause) {
    throw unsupported(takesForm, cause);
  }
}

function refuseEncoded(encoding: string | undefined): void {
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return;
  // RFC 9110, section 15.5.16: say which coding would have been taken.
  throw new OnfileError('errormessage.media.type.unsupported', { headers: { 'accept-encoding': 'identity' } });
}

function parserFor({ headers, routeOptions }: FastifyRequest): Parse {
  refuseEncoded(headers['content-encoding']);
  if (headers['content-type'] === 'application/json') return parseJsonText;
  const takesForm = routeOptions.config.takesForm === true;
  const type = mediaTypeOf(headers['content-type'], takesForm);
  if (!utf8Label.test(type.params.get('charset') ?? 'utf-8')) throw unsupported(takesForm);
  if (jsonType.test(type.essence)) return parseJsonText;
  if (type.essence === formType && takesForm) return parseFormText;
  throw unsupported(takesForm);
}

function decode(bytes: Buffer): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new OnfileError('errormessage.validation.encoding', { cause });
  }
}

/** The bytes of a body, up to `limit`; what is beyond stays unread, for whoever answers to discard. */
async function readBytes(stream: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(stream.headers['content-length']) > limit) throw tooLarge(limit);
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let length = 0;
  const collect = (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length > limit) reject(tooLarge(limit));
  };
  const finish = () => resolve(Buffer.concat(chunks, length));
  // A complete request closes too, and an error made for nobody costs as much as the rest of this function.
  const cut = () => {
    if (!stream.readableEnded) reject(new OnfileError('errormessage.request.timeout'));
  };
  stream.on('data', collect).on('end', finish).on('close', cut);
  try {
    return await promise;
  } finally {
    stream.off('data', collect).off('end', finish).off('close', cut);
  }
}

async function readBody(request: FastifyRequest): Promise<unknown> {
  if (request.routeOptions.config.takesStream) return undefined;
  const bytes = await readBytes(request.raw, request.routeOptions.bodyLimit);
  return bytes.length === 0 ? undefined : parserFor(request)(decode(bytes));
}

/**
 * Makes the app read bodies: JSON (`application/json`, `application/*+json`) in UTF-8, and forms on routes whose
 * config says `takesForm`. An empty body counts as none. Anything else is 415, too much 413, unreadable text 400.
 */
export function readBodies(app: App): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (request: FastifyRequest) => readBody(request));
}
