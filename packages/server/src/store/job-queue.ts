import { type ConstructorOptions, PgBoss } from 'pg-boss';
import type { Database } from './database.ts';

/** Where the library keeps its tables, apart from Onfile's: they hold ids of tenants and tasks and nothing else. */
export const jobQueueSchema = 'onfile_jobs';
export const tokenTaskQueue = 'token-tasks';

const retryDelaySeconds = 30;
const mostRetryDelaySeconds = 4 * 3600;

/** How often a task is tried before it has failed for good: a day and a bit, with the delays below. */
export const mostTaskAttempts = 15;

/** The longest that the queue lets a task wait after so many attempts; the library draws from half of it up. */
export const longestRetryDelayMs = (attempts: number): number =>
  Math.min(mostRetryDelaySeconds, retryDelaySeconds * 2 ** attempts) * 1000;

/** Given anew at each migration. One job a task, be it waiting, at work or to be tried again. */
export const tokenTaskQueueOptions = {
  retryLimit: mostTaskAttempts - 1,
  retryDelay: retryDelaySeconds,
  retryBackoff: true,
  retryDelayMax: mostRetryDelaySeconds,
  /** Longer than any attempt: a job whose worker died is tried again after it. */
  expireInSeconds: 120,
  deleteAfterSeconds: 60,
};

/** What neither the owner at a migration nor the server wants of the library: cron, and changes of its tables. */
export const quietJobQueue = {
  schema: jobQueueSchema,
  schedule: false,
  reindex: false,
  monitorVacuum: false,
} as const satisfies ConstructorOptions;

export type TokenTaskJob = { tenantId: string; taskId: string };

export type JobQueue = {
  /** Puts jobs into the queue. One that is in it already stays as it is. */
  send(jobs: readonly TokenTaskJob[]): Promise<void>;
  /** Runs jobs as they come, many at once, and those `again` later of which that came out, by the ids of their tasks. */
  work(run: (jobs: readonly TokenTaskJob[]) => Promise<ReadonlyMap<string, 'over' | 'again'>>): Promise<void>;
  /** Waits for the jobs at work. */
  stop(): Promise<void>;
};

const jobsAtOnce = 100;

/**
 * The queue of pg-boss, which the migrations have made. It is only used here: the server's role can change no table.
 *
 * @param options.maintains whether this process also gives back expired jobs and deletes old ones; one is enough
 */
export async function openJobQueue(
  db: Database,
  options: { maintains: boolean; onError: (error: unknown) => void },
): Promise<JobQueue> {
  const boss = new PgBoss({
    ...quietJobQueue,
    db: { executeSql: (text, values) => db.verbatim(text, values) },
    migrate: false,
    createSchema: false,
    supervise: options.maintains,
  });
  boss.on('error', options.onError);
  await boss.start();
  return {
    async send(jobs) {
      const inserts = jobs.map((job) => ({ data: job, singletonKey: job.taskId }));
      if (inserts.length > 0) await boss.insert(tokenTaskQueue, inserts, { returnId: false });
    },
    async work(run) {
      await boss.work(
        tokenTaskQueue,
        { batchSize: jobsAtOnce, pollingIntervalSeconds: 1, burstWhenBatchFull: true, perJobResults: true },
        async (jobs) => {
          const asked = jobs.map(({ id, data }) => ({ id, task: data as TokenTaskJob }));
          const outcomes = await run(asked.map(({ task }) => task));
          return asked.map(({ id, task }) => ({
            id,
            status: outcomes.get(task.taskId) === 'over' ? ('completed' as const) : ('failed' as const),
          }));
        },
      );
    },
    async stop() {
      await boss.offWork(tokenTaskQueue, { wait: true });
      await boss.stop({ graceful: false, close: false });
    },
  };
}
