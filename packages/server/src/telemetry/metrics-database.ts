import type { Pool } from 'pg';
import type { Registry } from 'prom-client';
import type { QueueTime } from '../store/queue-time.ts';
import { addGauge } from './add-metric.ts';
import { DurationHistogram } from './duration-histogram.ts';
import type { MetricSnapshot } from './metric-snapshot.ts';
import type { Part } from './metrics-process.ts';

const boundsInSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];
const msPerSecond = 1000;

/** A pool of connections as it can be looked at. */
type Followed = {
  pool: Pick<Pool, 'totalCount' | 'idleCount' | 'waitingCount'> & { options: { max: number } };
  waits: QueueTime;
};

/** Connections to the database, and how long requests wait for their turn there, of each part's pool. */
export class DatabaseMetrics {
  readonly #waits = new DurationHistogram<'part'>(
    'onfile_database_wait_seconds',
    'How long requests and jobs waited for a connection, or for the statement that takes them along.',
    boundsInSeconds,
  );
  readonly #part: Part;
  readonly #pools: Followed['pool'][] = [];

  constructor(registry: Registry, part: Part) {
    this.#part = part;
    const sum = (take: (pool: Followed['pool']) => number) =>
      this.#pools.reduce((total, pool) => total + take(pool), 0);
    addGauge(registry, {
      name: 'onfile_database_connections',
      help: 'Open connections to the database: in use, or idle.',
      labelNames: ['part', 'state'],
      collect() {
        this.set(
          { part, state: 'in_use' },
          sum(({ totalCount, idleCount }) => totalCount - idleCount),
        );
        this.set(
          { part, state: 'idle' },
          sum(({ idleCount }) => idleCount),
        );
      },
    });
    addGauge(registry, {
      name: 'onfile_database_connections_limit',
      help: 'How many connections to the database there may be.',
      labelNames: ['part'],
      collect() {
        this.set(
          { part },
          sum(({ options }) => options.max),
        );
      },
    });
    addGauge(registry, {
      name: 'onfile_database_waiting',
      help: 'Who waits for a connection to the database now.',
      labelNames: ['part'],
      collect() {
        this.set(
          { part },
          sum(({ waitingCount }) => waitingCount),
        );
      },
    });
  }

  follow({ pool, waits }: Followed): void {
    this.#pools.push(pool);
    const durations = this.#waits.series({ part: this.#part });
    waits.listen((milliseconds) => durations.observe(milliseconds / msPerSecond));
  }

  snapshot(): MetricSnapshot[] {
    return [this.#waits.snapshot()];
  }
}
