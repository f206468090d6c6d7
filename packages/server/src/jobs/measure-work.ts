import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Services } from '../context.ts';
import { OnfileError } from '../errors.ts';
import { listTenantIds } from '../store/tenants.ts';
import { readWaitingWork, type WaitingWork } from '../store/waiting-work.ts';
import type { Rounds } from './tenant-rounds.ts';

const pauseMs = 5_000;

/** What a measurement is handed to: null when the database could not be asked. */
export type TakesWaitingWork = { report(seen: { work: WaitingWork; at: Date } | null): void };

/** What waits of all tenants together. Asks one after the other, so that no other work has to wait for the asking. */
export async function measureWork(services: Services, stopping?: AbortSignal): Promise<WaitingWork> {
  const total: WaitingWork = {
    gatewayTasks: { waiting: 0, failed: 0, dueSince: null },
    backgroundTasks: [],
    audit: { count: 0, since: null },
    events: { count: 0, since: null },
  };
  for (const tenantId of await listTenantIds(services.db)) {
    stopping?.throwIfAborted();
    add(total, await readWaitingWork(services.db, tenantId));
  }
  return total;
}

function add(total: WaitingWork, { gatewayTasks, backgroundTasks, audit, events }: WaitingWork): void {
  total.gatewayTasks.waiting += gatewayTasks.waiting;
  total.gatewayTasks.failed += gatewayTasks.failed;
  total.gatewayTasks.dueSince = earlier(total.gatewayTasks.dueSince, gatewayTasks.dueSince);
  for (const lag of ['audit', 'events'] as const) {
    const own = { audit, events }[lag];
    total[lag] = { count: total[lag].count + own.count, since: earlier(total[lag].since, own.since) };
  }
  for (const tasks of backgroundTasks) {
    const known = total.backgroundTasks.find(({ kind, state }) => kind === tasks.kind && state === tasks.state);
    if (!known) {
      total.backgroundTasks.push({ ...tasks });
      continue;
    }
    known.count += tasks.count;
    known.dueSince = known.dueSince < tasks.dueSince ? known.dueSince : tasks.dueSince;
  }
}

const earlier = (one: Date | null, other: Date | null): Date | null => (one && (!other || one < other) ? one : other);

/**
 * Measures what waits for the metrics, until stopped. The pause is never shorter than the round was, so that a server
 * with very many tenants takes half of one connection's time at most.
 */
export function startMeasuringWork(services: Services, metrics: TakesWaitingWork, logger: Logger): Rounds {
  const stopping = new AbortController();
  const { signal } = stopping;

  async function measure(): Promise<void> {
    try {
      const work = await measureWork(services, signal);
      metrics.report({ work, at: services.now() });
    } catch (error) {
      if (signal.aborted) return;
      metrics.report(null);
      // Whoever needs the database says so already, and `onfile_database_up` does.
      if (error instanceof OnfileError && error.code === 'errormessage.unavailable') return;
      logger.error({ err: error, job: 'measure-work' }, 'job failed');
    }
  }
  async function keepMeasuring(): Promise<void> {
    while (!signal.aborted) {
      const begun = performance.now();
      await measure();
      const pause = Math.max(pauseMs, performance.now() - begun);
      await delay(pause, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
  const ended = keepMeasuring();
  return {
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}
