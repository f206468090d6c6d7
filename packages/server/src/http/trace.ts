import type { IncomingHttpHeaders } from 'node:http';
import { containsCardNumber } from '@onfile/card/find-card-number';
import { randomTraceId } from '../ops/trace-id.ts';

type Header = string | string[] | undefined;

const traceparent = /^(?!ff)([\da-f]{2})-(?!0{32})[\da-f]{16}([\da-f]{16})-(?!0{16})[\da-f]{16}-[\da-f]{2}(-.*)?$/;
const decimal = /^\d{1,20}$/;
const unsigned64 = 64;
/** Of 64 random bits one in two thousand has so few digits, so what looks like a card number there is one. */
const digitsOfCard = 16;

/** W3C Trace Context, section 3.2: version 00 has exactly four parts, later versions may append more. */
function fromTraceparent(header: Header): bigint {
  const parts = typeof header === 'string' ? traceparent.exec(header) : null;
  if (parts === null || (parts[1] === '00' && parts[3] !== undefined)) return 0n;
  return BigInt(`0x${parts[2]}`);
}

function fromDatadog(header: Header): bigint {
  if (typeof header !== 'string' || !decimal.test(header)) return 0n;
  if (header.length <= digitsOfCard && containsCardNumber(header)) return 0n;
  const id = BigInt(header);
  return BigInt.asUintN(unsigned64, id) === id ? id : 0n;
}

/**
 * The trace id of a request as Datadog shows it: the low 64 bits in decimal, never zero. Taken from a valid
 * `traceparent`, else from `x-datadog-trace-id`, else random.
 */
export function traceIdOf(headers: IncomingHttpHeaders): string {
  const given = fromTraceparent(headers.traceparent) || fromDatadog(headers['x-datadog-trace-id']);
  return given === 0n ? randomTraceId() : String(given);
}
