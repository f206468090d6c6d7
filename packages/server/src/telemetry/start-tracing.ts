import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { useTracer } from './tracing.ts';
import type { TracingSettings } from './tracing-settings.ts';

export type Tracing = {
  /** Sends what is left, and waits for that a moment. */
  stop(): Promise<void>;
};

/** A collector that is away loses spans; it does not keep the process from ending. */
const stopMs = 2_000;
const betweenLinesMs = 60_000;

/**
 * Makes this process, or this thread, send its spans to the collector of the settings; without settings it does nothing,
 * and no module of the SDK is loaded. Throws a sentence when a certificate cannot be read.
 */
export async function startTracing(settings: TracingSettings | null, logger: Logger): Promise<Tracing> {
  if (settings === null) return { stop: async () => {} };
  const { startExporting } = await import('./tracing-sdk.ts');
  const { tracer, shutDown } = await startExporting(settings, failureLog(logger));
  useTracer({ tracer, formats: settings.formats });
  return {
    async stop() {
      useTracer(null);
      const ended = new AbortController();
      const { signal } = ended;
      await Promise.race([shutDown().finally(() => ended.abort()), delay(stopMs, undefined, { signal })]).catch(
        () => {},
      );
    },
  };
}

/** One line a minute says how often spans could not be sent. */
function failureLog(logger: Logger): (error: unknown) => void {
  let count = 0;
  let silentUntil = Number.NEGATIVE_INFINITY;
  return (error) => {
    count += 1;
    if (performance.now() < silentUntil) return;
    logger.warn({ err: error, job: 'traces', count }, 'spans could not be sent to the collector');
    silentUntil = performance.now() + betweenLinesMs;
    count = 0;
  };
}
