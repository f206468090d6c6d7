import type { Logger } from 'pino';
import type { Services } from '../context.ts';
import { runTokenTask } from '../ops/gateway-tokens/run-task.ts';
import type { JobQueue } from '../store/job-queue.ts';

/** Runs the gateway's tasks as they come out of the queue, until the queue is stopped. */
export async function startTokenWorker(services: Services, queue: JobQueue, logger: Logger): Promise<void> {
  await queue.work(({ tenantId, taskId }) =>
    runTokenTask(services, tenantId, taskId).catch((error: unknown) => {
      logger.error({ err: error, job: 'token-task', tenantId }, 'job failed');
      return 'again' as const;
    }),
  );
}
