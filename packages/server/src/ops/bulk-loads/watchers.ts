import { OnfileError, secondsArgument } from '../../errors.ts';

/** Of one tenant at one process. Each is a connection that somebody holds open. */
export const mostWatchers = 20;
const retrySeconds = 5;

/** Those who follow loads at this process. */
export type LoadWatchers = {
  /**
   * Lets one more of a tenant's watch until it goes. The signal that it answers fires when it is gone or has to go.
   * Throws 429 when too many watch already.
   */
  admit(tenantId: string, gone: AbortSignal): AbortSignal;
  /** Sends everybody away, for a process that is to end. */
  stop(): void;
};

export function createLoadWatchers(): LoadWatchers {
  const watching = new Map<string, number>();
  const stopping = new AbortController();
  const leave = (tenantId: string) => {
    const others = (watching.get(tenantId) ?? 1) - 1;
    if (others === 0) watching.delete(tenantId);
    else watching.set(tenantId, others);
  };
  return {
    admit(tenantId, gone) {
      const count = watching.get(tenantId) ?? 0;
      if (count >= mostWatchers) {
        throw new OnfileError('errormessage.rate.limit.exceeded', {
          args: [secondsArgument(retrySeconds)],
          headers: { 'retry-after': String(retrySeconds) },
        });
      }
      if (!gone.aborted) {
        watching.set(tenantId, count + 1);
        gone.addEventListener('abort', () => leave(tenantId), { once: true });
      }
      return AbortSignal.any([gone, stopping.signal]);
    },
    stop: () => stopping.abort(),
  };
}
