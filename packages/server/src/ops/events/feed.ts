import { setTimeout as delay } from 'node:timers/promises';
import type { Services } from '../../context.ts';
import { OnfileError, secondsArgument } from '../../errors.ts';
import { numberEvents } from '../../store/event-numbers.ts';

/** How soon an event is numbered and told while somebody waits for one. */
const lookEveryMs = 50;
/** Of one tenant at one process. Each is a connection that somebody holds open. */
export const mostWaiting = 20;
const retrySeconds = 5;

type Waiter = { after: number; end: (isNew: boolean) => void };

/** Lets requests of this process wait for events. */
export type EventFeed = {
  /**
   * Resolves with true once the tenant has an event after this number, with false when the time is over, the signal
   * fires or the feed is stopped. Throws 429 when too many of the tenant wait already.
   */
  next(tenantId: string, after: number, patience: { ms: number; signal: AbortSignal }): Promise<boolean>;
  /** Ends all waiting, and lets nobody wait any more. */
  stop(): void;
};

/**
 * Looks for events of the tenants that somebody waits for, and of no others, whichever process writes them. Between two
 * looks nothing is held: no connection and no lock.
 */
export function createEventFeed({ db }: Pick<Services, 'db'>): EventFeed {
  const waiting = new Map<string, Set<Waiter>>();
  let isStopped = false;

  async function watch(tenantId: string, waiters: Set<Waiter>): Promise<void> {
    while (waiters.size > 0) {
      // Whoever waits looks again by itself, and is told of the failure then.
      const { last } = await numberEvents(db, tenantId).catch(() => ({ last: Number.POSITIVE_INFINITY }));
      for (const waiter of waiters) if (last > waiter.after) waiter.end(true);
      await delay(lookEveryMs);
    }
    waiting.delete(tenantId);
  }

  return {
    async next(tenantId, after, { ms, signal }) {
      if (isStopped || signal.aborted) return false;
      const waiters = waiting.get(tenantId) ?? new Set<Waiter>();
      if (waiters.size >= mostWaiting) {
        throw new OnfileError('errormessage.rate.limit.exceeded', {
          args: [secondsArgument(retrySeconds)],
          headers: { 'retry-after': String(retrySeconds) },
        });
      }
      const { promise, resolve: end } = Promise.withResolvers<boolean>();
      const giveUp = () => end(false);
      const waiter = { after, end };
      const timer = setTimeout(giveUp, ms);
      signal.addEventListener('abort', giveUp);
      waiters.add(waiter);
      if (!waiting.has(tenantId)) {
        waiting.set(tenantId, waiters);
        void watch(tenantId, waiters);
      }
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        waiters.delete(waiter);
      }
    },
    stop() {
      isStopped = true;
      for (const waiters of waiting.values()) for (const waiter of waiters) waiter.end(false);
    },
  };
}
