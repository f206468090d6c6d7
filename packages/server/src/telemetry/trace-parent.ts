import type { IncomingHttpHeaders } from 'node:http';
import { containsCardNumber } from '@onfile/card/find-card-number';

/** Where a trace goes on from: the span of someone else that caused what is done here. */
export type TraceParent = {
  /** 32 hexadecimal digits. */
  traceId: string;
  /** 16 hexadecimal digits. */
  spanId: string;
  isSampled: boolean;
  traceState?: string;
};

/** The two ways of saying it: W3C Trace Context, and Datadog's headers. */
export const traceFormats = ['tracecontext', 'datadog'] as const;
export type TraceFormat = (typeof traceFormats)[number];

type Header = string | string[] | undefined;

const traceparent =
  /^(?!ff)([\da-f]{2})-((?!0{32})[\da-f]{16}(?!0{16})[\da-f]{16})-((?!0{16})[\da-f]{16})-([\da-f]{2})(-.*)?$/;
const sampledFlag = 1;
const longestTraceState = 512;

const halfLength = 16;
const decimal = /^\d{1,20}$/;
const unsigned64 = 64;
const upperBits = /(?:^|,)_dd\.p\.tid=((?!0{16})[\da-f]{16})(?:,|$)/;
const droppedPriority = /^(?:0|-1)$/;
/** Of 64 random bits one in two thousand has so few digits, so what looks like a card number there is one. */
const digitsOfCard = 16;
/** As the shortest card number has; letters part digits. Most ids are let go by it, at a hundredth of the cost. */
const manyDigits = /\d{13}/;

/** A trace id as Datadog shows it: its low 64 bits in decimal. */
export const decimalTraceId = (traceId: string): string => String(BigInt(`0x${traceId.slice(halfLength)}`));

/** What a caller puts into an id is exported, logged and kept: no card number, in decimal or in hexadecimal digits. */
function holdsCardNumber(id: string): boolean {
  const shown = BigInt(`0x${id.slice(-halfLength)}`).toString();
  if (shown.length <= digitsOfCard && containsCardNumber(shown)) return true;
  if (!manyDigits.test(id)) return false;
  const halves = [id.slice(0, halfLength), id.slice(-halfLength)];
  return [id, ...halves].some((text) => containsCardNumber(text.replace(/^0+/, '')));
}

const orNothing = (parent: TraceParent): TraceParent | null =>
  holdsCardNumber(parent.traceId) || holdsCardNumber(parent.spanId) ? null : parent;

/** W3C Trace Context, section 3.2: version 00 has exactly four parts, later versions may append more. Null: malformed. */
export function parseTraceparent(text: string): TraceParent | null {
  const [, version, traceId = '', spanId = '', flags = '', more] = traceparent.exec(text) ?? [];
  if (version === undefined || (version === '00' && more !== undefined)) return null;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & sampledFlag) === sampledFlag };
}

function fromTraceContext(headers: IncomingHttpHeaders): TraceParent | null {
  const { traceparent: given, tracestate: state } = headers as Record<string, Header>;
  const said = typeof given === 'string' ? parseTraceparent(given) : null;
  const parent = said && orNothing(said);
  if (!parent || typeof state !== 'string' || state.length > longestTraceState) return parent;
  return containsCardNumber(state) ? parent : { ...parent, traceState: state };
}

/** 16 hexadecimal digits of an unsigned 64-bit number in decimal; null for anything else, and for 0. */
function hexOf(header: Header): string | null {
  if (typeof header !== 'string' || !decimal.test(header)) return null;
  const id = BigInt(header);
  return id === 0n || BigInt.asUintN(unsigned64, id) !== id ? null : id.toString(16).padStart(halfLength, '0');
}

/** Where Datadog says nothing of sampling, it leaves that to the end; so such a trace is kept. */
function fromDatadog(headers: IncomingHttpHeaders): TraceParent | null {
  const lower = hexOf(headers['x-datadog-trace-id']);
  if (lower === null) return null;
  const tags = headers['x-datadog-tags'];
  const [, upper = ''] = upperBits.exec(typeof tags === 'string' ? tags : '') ?? [];
  const priority = String(headers['x-datadog-sampling-priority'] ?? '');
  return orNothing({
    traceId: upper.padStart(halfLength, '0') + lower,
    // Without a parent it is the trace's first span, which has the id of the trace.
    spanId: hexOf(headers['x-datadog-parent-id']) ?? lower,
    isSampled: !droppedPriority.test(priority),
  });
}

/** Where the trace of a request goes on from. What is malformed counts as not sent; `traceparent` goes before. */
export const traceParentOf = (
  headers: IncomingHttpHeaders,
  formats: readonly TraceFormat[] = traceFormats,
): TraceParent | null =>
  (formats.includes('tracecontext') ? fromTraceContext(headers) : null) ??
  (formats.includes('datadog') ? fromDatadog(headers) : null);

/** The headers that name a span as the parent of what is asked for with them. */
export function headersOf(span: TraceParent, formats: readonly TraceFormat[]): Record<string, string> {
  const headers: Record<string, string> = {};
  if (formats.includes('tracecontext')) {
    headers['traceparent'] = traceparentOf(span);
    if (span.traceState) headers['tracestate'] = span.traceState;
  }
  if (formats.includes('datadog')) {
    const upper = span.traceId.slice(0, halfLength);
    headers['x-datadog-trace-id'] = decimalTraceId(span.traceId);
    headers['x-datadog-parent-id'] = String(BigInt(`0x${span.spanId}`));
    headers['x-datadog-sampling-priority'] = span.isSampled ? '1' : '0';
    if (!/^0+$/.test(upper)) headers['x-datadog-tags'] = `_dd.p.tid=${upper}`;
  }
  return headers;
}

export const traceparentOf = ({ traceId, spanId, isSampled }: TraceParent): string =>
  `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
