import type { Config } from '../config.ts';
import type { Metrics } from './metrics.ts';
import type { Part } from './metrics-process.ts';

/** The metrics of this thread, where the settings ask for them; otherwise none of the modules for it is loaded. */
export async function openMetrics(
  { metricsPort }: Config,
  thread: { part: Part; isMainThread: boolean },
): Promise<Metrics | undefined> {
  if (metricsPort === null) return undefined;
  const { createMetrics } = await import('./metrics.ts');
  return createMetrics(thread);
}

/** A place to gather those of all processes and threads, where the settings ask for them. */
export async function openGatheredMetrics({ metricsPort }: Config, version: string) {
  if (metricsPort === null) return undefined;
  const { GatheredMetrics } = await import('./gathered-metrics.ts');
  return new GatheredMetrics(version);
}
