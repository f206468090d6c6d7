import type { Aggregator, Registry } from 'prom-client';

/** A metric with what it holds now, as one process or thread tells it to another. */
export type MetricSnapshot = {
  name: string;
  help: string;
  type: 'counter' | 'gauge' | 'histogram';
  /** How those of several processes become one. */
  aggregator: Aggregator;
  values: MetricValue[];
};

/** `metricName` is that of the line where a metric has lines of several names, as a histogram has. */
export type MetricValue = { value: number; labels: Partial<Record<string, string | number>>; metricName?: string };

/** What the registry's metrics hold now. A value that is no number, as a mean of nothing, is left out. */
export async function readRegistry(registry: Registry): Promise<MetricSnapshot[]> {
  // Its types say that the kind is a number of an enumeration, which is not there at run time: it is a word.
  const metrics = (await registry.getMetricsAsJSON()) as unknown as MetricSnapshot[];
  return metrics.map(({ name, help, type, aggregator, values }) => ({
    name,
    help,
    type,
    aggregator,
    values: values.filter(({ value }) => Number.isFinite(value)),
  }));
}
