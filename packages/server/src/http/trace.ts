import type { IncomingHttpHeaders } from 'node:http';
import { randomTraceId } from '../ops/trace-id.ts';
import { decimalTraceId, traceParentOf } from '../telemetry/trace-parent.ts';
import { activeTraceId } from '../telemetry/tracing.ts';

/**
 * The trace id of a request as Datadog shows it: the low 64 bits in decimal, never zero. That of the active span; without
 * one it is taken from a valid `traceparent`, else from `x-datadog-trace-id`, else random.
 */
export function traceIdOf(headers: IncomingHttpHeaders): string {
  const active = activeTraceId();
  if (active !== null) return active;
  const parent = traceParentOf(headers);
  return parent === null ? randomTraceId() : decimalTraceId(parent.traceId);
}
