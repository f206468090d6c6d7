import { readdirSync } from 'node:fs';
import { constants, monitorEventLoopDelay, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import type { Registry } from 'prom-client';
import { addCounter, addGauge } from './add-metric.ts';
import { DurationHistogram, type DurationSeries } from './duration-histogram.ts';
import type { MetricSnapshot } from './metric-snapshot.ts';

/** What runs in a thread: HTTP, the jobs, or (with several HTTP processes) what leads them. */
export type Part = 'parent' | 'http' | 'background';

const resolutionMs = 10;
const nanosecondsPerSecond = 1e9;
const microsecondsPerSecond = 1e6;
const msPerSecond = 1000;
const percentiles = { p50: 50, p99: 99 } as const;
const gcBoundsInSeconds = [0.001, 0.01, 0.1, 1];
const gcKinds: ReadonlyMap<number, string> = new Map([
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
]);

/**
 * What this thread takes: event loop, heap, garbage collection; of a process's main thread also what the process takes.
 * The names are those of prom-client's default metrics. Theirs count a pause of ten milliseconds as lag, lose every
 * collection that was told of together with another one, and count a process once for each of its threads.
 */
export function followProcess(
  registry: Registry,
  { part, isMainThread }: { part: Part; isMainThread: boolean },
): () => MetricSnapshot[] {
  followEventLoop(registry, part);
  followHeap(registry, part);
  if (isMainThread) followResources(registry, part);
  const gc = followGarbageCollection(part);
  return () => [gc.snapshot()];
}

/** Since the last time that anyone asked. Of several processes the worst one counts. */
function followEventLoop(registry: Registry, part: Part): void {
  const loop = monitorEventLoopDelay({ resolution: resolutionMs });
  loop.enable();
  const gauge = (which: string, help: string, collect?: () => void) =>
    addGauge(registry, {
      name: `nodejs_eventloop_lag_${which}seconds`,
      help,
      labelNames: ['part'],
      aggregator: 'max',
      ...(collect ? { collect } : {}),
    });
  const lagOf = (nanoseconds: number) => Math.max(0, nanoseconds / nanosecondsPerSecond - resolutionMs / msPerSecond);
  // The first one that is read sets them all.
  const mean = gauge('mean_', 'How late the event loop was, on average.', () => {
    if (loop.count > 0) {
      mean.set({ part }, lagOf(loop.mean));
      longest.set({ part }, lagOf(loop.max));
      for (const [name, of] of ranked) of.set({ part }, lagOf(loop.percentile(percentiles[name])));
    }
    loop.reset();
  });
  const ranked = (['p50', 'p99'] as const).map(
    (name) =>
      [name, gauge(`${name}_`, `How late the event loop was at most in ${percentiles[name]} of 100 cases.`)] as const,
  );
  const longest = gauge('max_', 'How late the event loop was at most.');
}

function followHeap(registry: Registry, part: Part): void {
  const gauge = (name: string, help: string, take: (usage: NodeJS.MemoryUsage) => number) =>
    addGauge(registry, {
      name,
      help,
      labelNames: ['part'],
      collect() {
        this.set({ part }, take(process.memoryUsage()));
      },
    });
  gauge('nodejs_heap_size_total_bytes', 'Memory that V8 has taken for its heap.', ({ heapTotal }) => heapTotal);
  gauge('nodejs_heap_size_used_bytes', 'Memory in use on V8’s heap.', ({ heapUsed }) => heapUsed);
  gauge(
    'nodejs_external_memory_bytes',
    'Memory of buffers and the like, outside V8’s heap.',
    ({ external }) => external,
  );
}

function followResources(registry: Registry, part: Part): void {
  const labelNames = ['part'];
  const cpu = (kind: 'user' | 'system') =>
    addCounter(registry, {
      name: `process_cpu_${kind}_seconds_total`,
      help: `Processor time that was spent, as ${kind} time.`,
      labelNames,
      collect() {
        this.reset();
        this.inc({ part }, process.cpuUsage()[kind] / microsecondsPerSecond);
      },
    });
  cpu('user');
  cpu('system');
  addGauge(registry, {
    name: 'process_resident_memory_bytes',
    help: 'Memory of the process, with all of its threads; not the database’s.',
    labelNames,
    collect() {
      this.set({ part }, process.memoryUsage.rss());
    },
  });
  addGauge(registry, {
    name: 'process_open_fds',
    help: 'Open file descriptors, connections among them; on Linux only.',
    labelNames,
    collect() {
      if (process.platform === 'linux') this.set({ part }, readdirSync('/proc/self/fd').length);
    },
  });
}

function followGarbageCollection(part: Part): DurationHistogram<'kind' | 'part'> {
  const durations = new DurationHistogram<'kind' | 'part'>(
    'nodejs_gc_duration_seconds',
    'How long garbage collections took.',
    gcBoundsInSeconds,
  );
  const series = new Map<number, DurationSeries>();
  const seriesOf = (kind: number): DurationSeries => {
    const known = series.get(kind);
    if (known) return known;
    const made = durations.series({ kind: gcKinds.get(kind) ?? 'other', part });
    series.set(kind, made);
    return made;
  };
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { detail?: { kind?: number } })[]) {
      seriesOf(entry.detail?.kind ?? 0).observe(entry.duration / msPerSecond);
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  return durations;
}
