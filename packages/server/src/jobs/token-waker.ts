import type { Services } from '../context.ts';
import type { JobQueue, TokenTaskJob } from '../store/job-queue.ts';

/** Short for who waits for a token, long enough to gather what concurrent changes bring. */
const gatherMs = 20;

export type TokenWaker = {
  wake: Services['wakeTokenWorker'];
  /** Sends what is gathered and waits for what is on its way; what comes later is left to the next start's sweep. */
  stop(): Promise<void>;
};

/** Puts tasks into the queue behind the answers that they belong to, those of concurrent changes together. */
export function createTokenWaker(queue: Pick<JobQueue, 'send'>, onError: (error: unknown) => void): TokenWaker {
  let gathered: TokenTaskJob[] = [];
  let sending = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;

  function send(): void {
    if (timer) clearTimeout(timer);
    timer = null;
    const jobs = gathered;
    gathered = [];
    if (jobs.length > 0) sending = sending.then(() => queue.send(jobs)).catch(onError);
  }
  return {
    wake(tenantId, taskIds) {
      if (stopped || taskIds.length === 0) return;
      gathered.push(...taskIds.map((taskId) => ({ tenantId, taskId })));
      timer ??= setTimeout(send, gatherMs);
    },
    async stop() {
      stopped = true;
      send();
      await sending;
    },
  };
}
