import type { Logger } from 'pino';
import type { Services } from '../context.ts';
import { runTokenTasks, type TaskOutcome } from '../ops/gateway-tokens/run-task.ts';
import type { JobQueue, TokenTaskJob } from '../store/job-queue.ts';
import { tracedBy } from '../telemetry/tracing.ts';

/** Runs the gateway's tasks as they come out of the queue, those of each tenant together, until the queue is stopped. */
export async function startTokenWorker(services: Services, queue: JobQueue, logger: Logger): Promise<void> {
  const run = async (tenantId: string, jobs: readonly TokenTaskJob[]): Promise<Map<string, TaskOutcome>> => {
    const taskIds = jobs.map((job) => job.taskId);
    const onFailure = (error: unknown) =>
      logger.error({ err: error, job: 'token-task', tenantId, ...tracedBy() }, 'job failed');
    try {
      return await runTokenTasks(services, tenantId, taskIds, onFailure);
    } catch (error) {
      onFailure(error);
      return new Map(taskIds.map((taskId) => [taskId, 'again']));
    }
  };
  await queue.work(async (jobs) => {
    const byTenant = Map.groupBy(jobs, (job) => job.tenantId);
    const outcomes = await Promise.all([...byTenant].map(([tenantId, own]) => run(tenantId, own)));
    return new Map(outcomes.flatMap((some) => [...some]));
  });
}
