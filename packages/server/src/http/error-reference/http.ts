import type { ErrorCode } from '../../error-codes.ts';
import type { Explanation } from './explanation.ts';

export const ofHttp = {
  'errormessage.route.not.found': {
    when: 'There is nothing at this path.',
    next: 'Check the path against the API reference.',
  },
  'errormessage.method.not.allowed': {
    when: 'The path is there, but not for this method. The argument and the header `Allow` name those that it takes.',
    next: 'Use one of them.',
  },
  'errormessage.not.acceptable': {
    when: '`Accept` excludes every media type that the answer could have.',
    next: 'Accept one of those in the argument, or leave the header out.',
  },
  'errormessage.request.timeout': {
    when: 'The request did not arrive completely in time, or its connection broke.',
    next: 'Send it again, with the same `Idempotency-Key`.',
  },
  'errormessage.body.too.large': {
    when: 'The body, a part of a file, a row, or what a patch would make of a record is larger than the argument says.',
    next: 'Send less at once.',
  },
  'errormessage.header.too.large': {
    when: 'The headers together have more than 16 kB.',
    next: 'Send fewer or shorter headers.',
  },
  'errormessage.media.type.unsupported': {
    when: 'The body has another content type or charset than the operation takes, or is compressed.',
    next: 'Send JSON in UTF-8 as `application/json`, not compressed.',
  },
  'errormessage.idempotency.key.reused': {
    when: 'The key was sent with another request within the last 24 hours.',
    next: 'Send a new key for each new request, the same one only for a retry.',
  },
  'errormessage.idempotency.key.running': {
    when: 'The first request with this key has no answer yet.',
    next: 'Send it again after the seconds in `Retry-After`.',
  },
  'errormessage.rate.limit.exceeded': {
    when: 'The credential called this operation more often than it may, or waits for events in too many requests at once.',
    next: 'Wait as long as the argument and `Retry-After` say.',
  },
  'errormessage.internal': {
    when: 'A failure on our side that no other code tells.',
    next: 'Send it again, with the same `Idempotency-Key`; report the trace id if it stays.',
  },
  'errormessage.unavailable': {
    when: 'The server is shutting down, has too much to do, or cannot reach its database or file storage.',
    next: 'Send it again after the seconds in `Retry-After`, with the same `Idempotency-Key`: the first one may have been carried out.',
  },
} as const satisfies Partial<Record<ErrorCode, Explanation>>;
