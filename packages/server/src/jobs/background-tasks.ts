import type { Logger } from 'pino';
import type { Services } from '../context.ts';
import { runNextTask, type TaskHandlers } from '../ops/background-tasks/run.ts';
import { runBulkDataOperation } from '../ops/bulk-data-operations/run.ts';
import { runBulkLoad } from '../ops/bulk-loads/run.ts';
import { runSnapshotRestore } from '../ops/configuration-snapshot-restores/run.ts';
import { recalculateRecords } from '../ops/recalculations/run.ts';
import { tracedBy } from '../telemetry/tracing.ts';
import { type Rounds, startRounds } from './tenant-rounds.ts';

const pauseMs = 500;
/** Tenants whose tasks are worked on together: a stretch of each has to fit into the thread's heap (decision 21). */
const mostAtWork = 4;

/** The work of each kind, where all workers find it. */
export const taskHandlers: TaskHandlers = {
  bulk_load: runBulkLoad,
  recalculation: recalculateRecords,
  snapshot_restore: runSnapshotRestore,
  bulk_data_operation: runBulkDataOperation,
};

/** Runs one tenant's tasks, one after the other, until none is due. */
async function runTenantTasks(
  services: Services,
  tenantId: string,
  { stopping, logger }: { stopping: AbortSignal; logger: Logger },
): Promise<void> {
  const onFailure = (error: unknown, kind: string) =>
    logger.error({ err: error, job: kind, tenantId, ...tracedBy() }, 'job failed');
  for (;;) {
    if (stopping.aborted || !(await runNextTask(services, tenantId, taskHandlers, { stopping, onFailure }))) return;
  }
}

/**
 * Runs every tenant's tasks as they come, until stopped. A long one keeps no other tenant waiting, unless there are as
 * many of them as fit into memory; then whoever waits longest is next.
 */
export function startBackgroundTasks(services: Services, logger: Logger): Rounds {
  const atWork = new Map<string, Promise<void>>();
  const waiting = new Set<string>();
  const startNext = (stopping: AbortSignal): void => {
    const [tenantId] = waiting;
    if (tenantId === undefined || atWork.size >= mostAtWork || stopping.aborted) return;
    waiting.delete(tenantId);
    const work = runTenantTasks(services, tenantId, { stopping, logger })
      .catch((error: unknown) => logger.error({ err: error, job: 'background-task', tenantId }, 'job failed'))
      .finally(() => {
        atWork.delete(tenantId);
        startNext(stopping);
      });
    atWork.set(tenantId, work);
  };
  const rounds = startRounds(services, logger, {
    name: 'background-tasks',
    pauseMs,
    run: async (tenantId, stopping) => {
      if (atWork.has(tenantId)) return;
      waiting.add(tenantId);
      startNext(stopping);
    },
  });
  return {
    async stop() {
      await rounds.stop();
      await Promise.all(atWork.values());
    },
  };
}
