import { AggregatorRegistry, Registry } from 'prom-client';
import { addGauge } from './add-metric.ts';
import { type MetricSnapshot, readRegistry } from './metric-snapshot.ts';

/** A process or thread that can be asked for what it counts. */
export type MetricsSource = { read(): Promise<MetricSnapshot[]> };

/** `openmetrics` is OpenMetrics 1.0.0, `prometheus` the text format 0.0.4. */
export type MetricsFormat = 'prometheus' | 'openmetrics';

/** One that is busy for longer is left out of this answer, which must be given before a scraper loses patience. */
const patienceMs = 1_000;
const counterSuffix = /_total$/;

/**
 * The metrics of all processes and threads as one. What only grows never goes back: the last counts known of one that
 * has ended, or does not answer, still count. (A sum that lost them would look like a restart, and Prometheus would
 * count everything that is left as new.)
 */
export class GatheredMetrics {
  readonly #sources = new Map<MetricsSource, MetricSnapshot[]>();
  readonly #registry = new Registry();
  #departed: MetricSnapshot[][] = [];
  #silent = 0;
  #reading: Promise<MetricSnapshot[][]> | null = null;

  constructor(version: string) {
    const silent = () => this.#silent;
    addGauge(this.#registry, {
      name: 'onfile_build_info',
      help: 'The versions of Onfile and of Node, in labels; always 1.',
      labelNames: ['version', 'node_version'],
    }).set({ version, node_version: process.version }, 1);
    addGauge(this.#registry, {
      name: 'process_start_time_seconds',
      help: 'When the server was started, in seconds since 1970.',
    }).set(Math.round(performance.timeOrigin / 1000));
    addGauge(this.#registry, {
      name: 'onfile_metrics_silent_sources',
      help: 'Processes and threads that did not answer in time; only their counts of before are in this answer.',
      collect() {
        this.set(silent());
      },
    });
  }

  /** Call what it answers when the source has ended. */
  add(source: MetricsSource): () => void {
    this.#sources.set(source, []);
    return () => {
      const last = this.#sources.get(source) ?? [];
      this.#sources.delete(source);
      this.#departed.push(countsOf(last));
    };
  }

  async text(format: MetricsFormat): Promise<{ contentType: string; text: string }> {
    // Who asks meanwhile gets the same answer: reading resets what is told since the last time.
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    return write(await this.#reading, format);
  }

  async #read(): Promise<MetricSnapshot[][]> {
    // As they are now: one that ends meanwhile has left its counts among the departed.
    const sources = [...this.#sources.keys()];
    const answers = await Promise.all(sources.map((source) => this.#ask(source)));
    this.#silent = answers.filter((answer) => answer === null).length;
    const known = sources.flatMap((source, at) => {
      const last = this.#sources.get(source);
      return last ? [answers[at] ?? countsOf(last)] : [];
    });
    if (this.#departed.length > 1) this.#departed = [await readSum(this.#departed)];
    return [await readRegistry(this.#registry), ...known, ...this.#departed];
  }

  /** Null when it does not answer in time. */
  async #ask(source: MetricsSource): Promise<MetricSnapshot[] | null> {
    const { promise: late, resolve } = Promise.withResolvers<null>();
    const timer = setTimeout(() => resolve(null), patienceMs);
    const answer = await Promise.race([source.read().catch(() => null), late]);
    clearTimeout(timer);
    if (answer && this.#sources.has(source)) this.#sources.set(source, answer);
    return answer;
  }
}

const countsOf = (metrics: readonly MetricSnapshot[]): MetricSnapshot[] =>
  metrics.filter(({ type }) => type !== 'gauge');

const readSum = (all: readonly MetricSnapshot[][]): Promise<MetricSnapshot[]> =>
  readRegistry(AggregatorRegistry.aggregate([...all]));

async function write(
  all: readonly MetricSnapshot[][],
  format: MetricsFormat,
): Promise<{ contentType: string; text: string }> {
  const sum = AggregatorRegistry.aggregate(format === 'openmetrics' ? all.map(withoutSuffixes) : [...all]);
  if (format === 'prometheus') return { contentType: Registry.PROMETHEUS_CONTENT_TYPE, text: await sum.metrics() };
  return { contentType: Registry.OPENMETRICS_CONTENT_TYPE, text: await openMetricsText(sum) };
}

/** In OpenMetrics `_total` belongs to a counter's lines and not to its name; prom-client would write it twice. */
const withoutSuffixes = (metrics: readonly MetricSnapshot[]): MetricSnapshot[] =>
  metrics.map((metric) =>
    metric.type === 'counter' ? { ...metric, name: metric.name.replace(counterSuffix, '') } : metric,
  );

function openMetricsText(sum: object): Promise<string> {
  const registry = sum as Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>;
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  return registry.metrics();
}
