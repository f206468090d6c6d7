import type { Registry } from 'prom-client';
import type { WaitingWork } from '../store/waiting-work.ts';
import { addGauge } from './add-metric.ts';

const msPerSecond = 1000;

/** What waits in the database, of all tenants together. */
export class WorkMetrics {
  readonly #registry: Registry;
  #seen: { work: WaitingWork; at: Date } | null = null;
  #isUp: boolean | null = null;

  constructor(registry: Registry) {
    this.#registry = registry;
    const isUp = () => this.#isUp;
    addGauge(registry, {
      name: 'onfile_database_up',
      help: 'Whether the database could be asked lately: 1 or 0.',
      aggregator: 'min',
      collect() {
        this.remove();
        const known = isUp();
        if (known !== null) this.set(known ? 1 : 0);
      },
    });
    this.#gauge(
      'onfile_gateway_tasks',
      'Tokens that are to be obtained or deleted at gateways: waiting, or failed for good.',
      ['state'],
      ({ gatewayTasks }, set) => {
        set(gatewayTasks.waiting, { state: 'waiting' });
        set(gatewayTasks.failed, { state: 'failed' });
      },
    );
    this.#gauge(
      'onfile_gateway_tasks_overdue_seconds',
      'How long the gateway task that should have been tried first has been due.',
      [],
      ({ gatewayTasks }, set, at) => set(secondsSince(gatewayTasks.dueSince, at)),
    );
    this.#gauge(
      'onfile_background_tasks',
      'Long work, such as bulk loads, that waits or runs.',
      ['kind', 'state'],
      ({ backgroundTasks }, set) => {
        for (const { kind, state, count } of backgroundTasks) set(count, { kind, state });
      },
    );
    this.#gauge(
      'onfile_background_tasks_overdue_seconds',
      'How long the long work that should have begun first has been due.',
      [],
      ({ backgroundTasks }, set, at) => {
        const waiting = backgroundTasks
          .filter(({ state }) => state === 'waiting')
          .map(({ dueSince }) => secondsSince(dueSince, at));
        set(Math.max(0, ...waiting));
      },
    );
    this.#gauge(
      'onfile_audit_unsealed_entries',
      'Entries of the audit that are not in its chain yet.',
      [],
      ({ audit }, set) => set(audit.count),
    );
    this.#gauge('onfile_audit_unsealed_age_seconds', 'The age of the oldest of them.', [], ({ audit }, set, at) =>
      set(secondsSince(audit.since, at)),
    );
    this.#gauge(
      'onfile_events_unnumbered',
      'Events that have no number yet, which they get when they are read or swept.',
      [],
      ({ events }, set) => set(events.count),
    );
    this.#gauge('onfile_events_unnumbered_age_seconds', 'The age of the oldest of them.', [], ({ events }, set, at) =>
      set(secondsSince(events.since, at)),
    );
  }

  /** Takes what waits, as it was at `at`; null when it could not be found out. */
  report(seen: { work: WaitingWork; at: Date } | null): void {
    this.#seen = seen;
    this.#isUp = seen !== null;
  }

  /** No line at all while nothing is known: an old value would look like a new one. */
  #gauge(
    name: string,
    help: string,
    labelNames: string[],
    take: (work: WaitingWork, set: (value: number, labels?: Record<string, string>) => void, at: Date) => void,
  ): void {
    const seen = () => this.#seen;
    addGauge(this.#registry, {
      name,
      help,
      labelNames,
      collect() {
        this.reset();
        if (labelNames.length === 0) this.remove();
        const known = seen();
        if (known) take(known.work, (value, labels = {}) => this.set(labels, value), known.at);
      },
    });
  }
}

const secondsSince = (since: Date | null, at: Date): number =>
  since ? Math.max(0, (at.getTime() - since.getTime()) / msPerSecond) : 0;
