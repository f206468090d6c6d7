import { Registry } from 'prom-client';
import { addGauge } from './add-metric.ts';
import { type MetricSnapshot, readRegistry } from './metric-snapshot.ts';
import { DatabaseMetrics } from './metrics-database.ts';
import { GatewayMetrics } from './metrics-gateway.ts';
import { HttpMetrics } from './metrics-http.ts';
import { followProcess, type Part } from './metrics-process.ts';
import { WorkMetrics } from './metrics-work.ts';

/** What one thread counts. */
export type Metrics = {
  http: HttpMetrics;
  database: DatabaseMetrics;
  gateway: GatewayMetrics;
  work: WorkMetrics;
  /** The certificate that HTTPS is served with from now on. */
  followCertificate(certificate: { validUntil: Date }): void;
  read(): Promise<MetricSnapshot[]>;
};

/** Makes the metrics of this thread: only where somebody wants to see them, for prom-client takes memory. */
export function createMetrics(options: { part: Part; isMainThread: boolean }): Metrics {
  const registry = new Registry();
  const http = new HttpMetrics(registry);
  const database = new DatabaseMetrics(registry, options.part);
  const gateway = new GatewayMetrics();
  const work = new WorkMetrics(registry);
  const readProcess = followProcess(registry, options);
  let validUntil: Date | null = null;
  addGauge(registry, {
    name: 'onfile_tls_certificate_expiry_timestamp_seconds',
    help: 'When the certificate that HTTPS is served with expires, in seconds since 1970.',
    aggregator: 'min',
    collect() {
      this.remove();
      if (validUntil) this.set(validUntil.getTime() / 1000);
    },
  });
  return {
    http,
    database,
    gateway,
    work,
    followCertificate: (certificate) => {
      validUntil = certificate.validUntil;
    },
    read: async () => [
      ...(await readRegistry(registry)),
      ...http.snapshot(),
      ...database.snapshot(),
      ...gateway.snapshot(),
      ...readProcess(),
    ],
  };
}
