import {
  type Attributes,
  type Context,
  context,
  createContextKey,
  createTraceState,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import {
  decimalTraceId,
  headersOf,
  parseTraceparent,
  type TraceFormat,
  type TraceParent,
  traceparentOf,
} from './trace-parent.ts';

const kinds = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  consumer: SpanKind.CONSUMER,
} as const;

/** Names and attributes are ours: no identifier of a record, no text of a caller's, nothing of an instrument. */
export type SpanOptions = { kind: keyof typeof kinds; attributes?: Attributes };

const noFormats: readonly TraceFormat[] = [];
const linksKey = createContextKey('links of the next span');
const printableCode = /^[\w.-]{1,64}$/;

let tracer: Tracer | null = null;
let formats = noFormats;

/** From now on spans are made, and named in the headers of requests in these formats; null: no more. */
export function useTracer(next: { tracer: Tracer; formats: readonly TraceFormat[] } | null): void {
  tracer = next?.tracer ?? null;
  formats = next?.formats ?? noFormats;
}

export const isTracing = (): boolean => tracer !== null;

/** What a request's own trace headers may be written in. */
export const traceFormatsInUse = (): readonly TraceFormat[] => formats;

/** The code of an error, or its class; never its message, which may hold a caller's input. */
function errorType(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && printableCode.test(String(error.code)) ? String(error.code) : error.constructor.name;
}

function markFailed(span: Span, type: string): void {
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

function start(active: Tracer, name: string, { kind, attributes }: SpanOptions, parent: Context): Span {
  const links = (parent.getValue(linksKey) as Link[] | undefined) ?? [];
  return active.startSpan(name, { kind: kinds[kind], ...(attributes ? { attributes } : {}), links }, parent);
}

async function runIn<Result>(span: Span, parent: Context, work: (span: Span) => Promise<Result>): Promise<Result> {
  try {
    return await context.with(trace.setSpan(parent.deleteValue(linksKey), span), work, undefined, span);
  } catch (error) {
    markFailed(span, errorType(error));
    throw error;
  } finally {
    span.end();
  }
}

const isSampled = (span: Span | undefined): boolean =>
  span !== undefined && (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;

/**
 * Does work in a span below the active one. Where none is, or it is not sampled, there is no span: what goes on by
 * itself, such as looking for work, makes no traces. `work` gets the span to say how it went.
 */
export function inSpan<Result>(
  name: string,
  options: SpanOptions,
  work: (span?: Span) => Promise<Result>,
): Promise<Result> {
  if (tracer === null) return work();
  const parent = context.active();
  return isSampled(trace.getSpan(parent)) ? runIn(start(tracer, name, options, parent), parent, work) : work();
}

const remote = (parent: TraceParent | null): Context =>
  parent === null
    ? ROOT_CONTEXT
    : trace.setSpanContext(ROOT_CONTEXT, {
        traceId: parent.traceId,
        spanId: parent.spanId,
        traceFlags: parent.isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
        isRemote: true,
        ...(parent.traceState === undefined ? {} : { traceState: createTraceState(parent.traceState) }),
      });

/** Does work that a request left behind in the trace of that request; in one of its own where that is not known. */
export function continueTrace<Result>(
  carrier: string | null | undefined,
  name: string,
  options: SpanOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  if (tracer === null) return work();
  const parent = remote(carrier ? parseTraceparent(carrier) : null);
  return runIn(start(tracer, name, options, parent), parent, work);
}

/** A span that ends when its owner says so. */
export type OpenSpan = {
  run(work: () => void): void;
  /** A `failure` marks it as failed for this reason. */
  end(outcome: { name: string; attributes: Attributes; failure?: string }): void;
};

/** Begins the span of a request. Only while tracing. */
export function beginSpan(name: string, options: SpanOptions, caller: TraceParent | null): OpenSpan {
  if (tracer === null) throw new Error('there is no tracing');
  const parent = remote(caller);
  const span = start(tracer, name, options, parent);
  return {
    run: (work) => context.with(trace.setSpan(parent, span), work),
    end(outcome) {
      span.updateName(outcome.name).setAttributes(outcome.attributes);
      if (outcome.failure !== undefined) markFailed(span, outcome.failure);
      span.end();
    },
  };
}

function activeSpan(): TraceParent | null {
  const span = tracer === null ? undefined : trace.getActiveSpan();
  if (span === undefined) return null;
  const { traceId, spanId, traceState } = span.spanContext();
  const state = traceState?.serialize();
  return { traceId, spanId, isSampled: isSampled(span), ...(state ? { traceState: state } : {}) };
}

/** The trace that this is part of, as Datadog shows it; null where there is none. */
export function activeTraceId(): string | null {
  const span = tracer === null ? undefined : trace.getActiveSpan();
  return span === undefined ? null : decimalTraceId(span.spanContext().traceId);
}

/** The field of a log line that names the trace, where there is one. */
export function tracedBy(): { traceId?: string } {
  const traceId = activeTraceId();
  return traceId === null ? {} : { traceId };
}

/** The active span as `continueTrace` takes it, to be kept with what is left to be done; null where there is none. */
export function activeTraceparent(): string | null {
  const span = activeSpan();
  return span && traceparentOf(span);
}

/** Headers of a request to a service of the operator's own, so that its spans go below the active one. */
export function traceHeaders(): Record<string, string> {
  const span = activeSpan();
  return span === null ? {} : headersOf(span, formats);
}

/** A caller that waits for work that others wait for too. */
export type Wait = { during: Context; span: Span };

/** Begins a caller's wait; null where there is no span to see it in. */
export function beginWait(name: string): Wait | null {
  if (tracer === null) return null;
  const parent = context.active();
  if (!isSampled(trace.getSpan(parent))) return null;
  const span = start(tracer, name, { kind: 'internal' }, parent);
  return { during: trace.setSpan(parent, span), span };
}

/** Ends a wait with what was waited for. */
export const endWait = <Result>({ during, span }: Wait, result: Promise<Result>): Promise<Result> =>
  runIn(span, during, () => result);

/** Does what several wait for in the trace of the first of them, linked with those of the others. */
export function inSharedWork<Result>(waits: readonly (Wait | null)[], work: () => Promise<Result>): Promise<Result> {
  if (tracer === null) return work();
  const [first, ...others] = waits.filter((wait) => wait !== null);
  if (!first) return context.with(ROOT_CONTEXT, work);
  for (const { span } of others) span.addLink({ context: first.span.spanContext() });
  const links = others.map(({ span }): Link => ({ context: span.spanContext() }));
  return context.with(links.length === 0 ? first.during : first.during.setValue(linksKey, links), work);
}
