import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Services } from '../context.ts';
import { listTenantIds } from '../store/tenants.ts';

export type Rounds = {
  /** Resolves when the work at hand is done; no more is begun. */
  stop(): Promise<void>;
};

/**
 * Does a job for every tenant now and again a while after each round, until stopped. What fails in one tenant is logged
 * and leaves the others theirs. The pause is never shorter than the round was, so that it takes half the time at most.
 */
export function startRounds(
  services: Services,
  logger: Logger,
  job: { name: string; pauseMs: number; run: (tenantId: string, stopping: AbortSignal) => Promise<void> },
): Rounds {
  const stopping = new AbortController();
  const { signal } = stopping;
  const logFailure = (error: unknown) => logger.error({ err: error, job: job.name }, 'job failed');

  async function round(): Promise<void> {
    for (const tenantId of await listTenantIds(services.db)) {
      if (signal.aborted) return;
      await job.run(tenantId, signal).catch(logFailure);
    }
  }
  async function keepGoing(): Promise<void> {
    while (!signal.aborted) {
      const begun = performance.now();
      await round().catch(logFailure);
      const pauseMs = Math.max(job.pauseMs, performance.now() - begun);
      await delay(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
  const ended = keepGoing();
  return {
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}
