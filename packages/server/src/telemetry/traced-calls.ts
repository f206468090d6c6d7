import type { SpanOptions } from './tracing.ts';
import { inSpan, isTracing } from './tracing.ts';

type Call = (...args: unknown[]) => Promise<unknown>;

/** Of a result, the word that says how it went. */
const outcomeOf = (result: unknown): string | undefined =>
  typeof result === 'object' && result !== null && 'outcome' in result ? String(result.outcome) : undefined;

/**
 * The same adapter with a span around each of the calls named, and nothing of what they are given or answer in it but
 * the `outcome`. While there is no tracing it is the adapter itself.
 */
export function tracedCalls<Adapter extends object>(
  adapter: Adapter,
  calls: readonly (keyof Adapter & string)[],
  attributes: NonNullable<SpanOptions['attributes']> & { 'peer.service': string },
): Adapter {
  if (!isTracing()) return adapter;
  const traced = calls.flatMap((name) => {
    const call: unknown = adapter[name];
    if (typeof call !== 'function') return [];
    const spanName = `${attributes['peer.service']} ${name}`;
    const work: Call = (...args) =>
      inSpan(spanName, { kind: 'client', attributes }, async (span) => {
        const result: unknown = await Reflect.apply(call, adapter, args);
        const outcome = outcomeOf(result);
        if (outcome !== undefined) span?.setAttribute('onfile.outcome', outcome);
        return result;
      });
    return [[name, work]];
  });
  return { ...adapter, ...Object.fromEntries(traced) };
}
