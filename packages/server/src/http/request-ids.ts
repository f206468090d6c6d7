import type { IncomingHttpHeaders } from 'node:http';
import { containsCardNumber } from '@onfile/card/find-card-number';

/** What systems use as ids: visible characters that end no header and no quoted text. */
const idLike = /^[\w.:~=+/@-]{1,128}$/;
/** A UUID (RFC 9562) or a ULID: made by a program, so that nobody's words or names are in it. */
const machineMade = /^(?:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|[0-7][\da-hjkmnp-tv-z]{25})$/i;

/** The id that the caller gave the request in `X-Request-Id`; one that is no short, plain id counts as none. */
function givenId(headers: IncomingHttpHeaders): string | undefined {
  const id = headers['x-request-id'];
  return typeof id === 'string' && idLike.test(id) && !containsCardNumber(id) ? id : undefined;
}

/** As the shortest card number has; letters part digits. */
const manyDigits = /\d{13}/;
const leadingZeros = /(?<!\d)0+/g;

/** Whether a card number was written in the shape of such an id: over its dashes, or filled up with zeros. */
function holdsCardNumber(id: string): boolean {
  const digits = id.replaceAll('-', '');
  return manyDigits.test(digits) && containsCardNumber(digits.replaceAll(leadingZeros, ''));
}

/** The caller's id of a request as the log may show it: only one that cannot be free text, nor a card number. */
export function loggableRequestId(headers: IncomingHttpHeaders): string | undefined {
  const id = givenId(headers);
  return id !== undefined && machineMade.test(id) && !holdsCardNumber(id) ? id : undefined;
}

/** The headers by which an answer is found again: our trace id, and the caller's own id given back. */
export function idHeaders(headers: IncomingHttpHeaders, traceId: string): Record<string, string> {
  const given = givenId(headers);
  return { 'x-trace-id': traceId, ...(given === undefined ? {} : { 'x-request-id': given }) };
}
