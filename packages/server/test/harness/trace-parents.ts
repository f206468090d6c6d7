import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { CollectedSpan } from './trace-collector.ts';

/** 16 hexadecimal digits, with letters among them, so that no card number is there by chance. */
export const newId = (): string =>
  randomBytes(8)
    .toString('hex')
    .replace(/^.(.{7})./, 'a$1b');

/** As Datadog writes an id. */
export const decimal = (hexadecimal: string): string => String(BigInt(`0x${hexadecimal}`));

/** A span of a caller's; `upper` and `lower` are the trace's id. */
export const newParent = () => ({ upper: newId(), lower: newId(), spanId: newId() });
export type Parent = ReturnType<typeof newParent>;

/** The headers that name it as the parent. */
export const w3c = ({ upper, lower, spanId }: Parent, flags = '01') => ({
  traceparent: `00-${upper}${lower}-${spanId}-${flags}`,
});

export const datadog = ({ upper, lower, spanId }: Parent, priority = '1') => ({
  'x-datadog-trace-id': decimal(lower),
  'x-datadog-parent-id': decimal(spanId),
  'x-datadog-sampling-priority': priority,
  'x-datadog-tags': `_dd.p.dm=-1,_dd.p.tid=${upper}`,
});

/** Every span's parent is among the spans, or the incoming one. */
export function assertConnected(spans: readonly CollectedSpan[], incoming: string): void {
  const ids = new Set([incoming, ...spans.map((span) => span.spanId)]);
  const lost = spans.filter((span) => !ids.has(span.parentSpanId));
  assert.deepEqual(lost, [], 'a span whose parent is in no trace');
}
