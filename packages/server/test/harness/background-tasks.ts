import { taskHandlers } from '../../src/jobs/background-tasks.ts';
import { runNextTask } from '../../src/ops/background-tasks/run.ts';
import type { TestServer } from './server.ts';

/** Does the tenant's background work, as the worker would, until none is due. Throws what a worker would only log. */
export async function runBackgroundTasks({ services }: TestServer, tenantId: string): Promise<void> {
  const failures: unknown[] = [];
  const stopping = new AbortController().signal;
  const onFailure = (error: unknown) => failures.push(error);
  while (await runNextTask(services, tenantId, taskHandlers, { stopping, onFailure })) {
    if (failures.length > 0) throw new Error('background work failed', { cause: failures[0] });
  }
}
