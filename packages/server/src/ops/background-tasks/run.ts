import { randomUUID } from 'node:crypto';
import type { Context, Services } from '../../context.ts';
import { OnfileError } from '../../errors.ts';
import {
  claimTask,
  endTask,
  recordTaskProgress,
  releaseTask,
  type TaskKind,
  type TaskRow,
} from '../../store/background-tasks.ts';
import type { Transaction } from '../../store/database.ts';
import { refreshTableStatistics } from '../../store/table-statistics.ts';
import { tenantContext } from '../tenants/context.ts';
import { callerOf } from './order.ts';

/** Longer than any stretch of work between two commits; a worker that died is followed after it. */
const claimMs = 10_000;
/** How often in a row a task may end without having got anywhere. */
const mostAttempts = 5;
const retryMs = 2_000;
/** Statistics are refreshed after so many commits, this many times as many, and so on; and at the end. */
const refreshFactor = 8;

/** Thrown out of the work when another worker has it, it was cancelled, or the process stops: nothing is committed. */
class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** What a kind of work gets: its task, and the one way to commit a stretch of it. */
export type TaskRun = {
  /** The caller who ordered it, with the scopes of then. */
  ctx: Context;
  task: TaskRow;
  /**
   * Commits a stretch of the work together with how far it got, so that a crash repeats and leaves out nothing. Once
   * cancelled or stopped, it commits and then ends the work by throwing past it.
   */
  commit: <Result>(progress: object, work: (tx: Transaction) => Promise<Result>) => Promise<Result>;
};

/** Does the task from where its progress says, to the end. Throws `OnfileError` when it cannot be done at all. */
export type TaskHandler = (run: TaskRun) => Promise<void>;
export type TaskHandlers = Readonly<Partial<Record<TaskKind, TaskHandler>>>;

/**
 * Runs the tenant's next task that is due, if no other of it is at work; false when there was none. What the work could
 * not do for lack of a database is tried again; an error of the domain ends it as failed.
 */
export async function runNextTask(
  services: Services,
  tenantId: string,
  handlers: TaskHandlers,
  { stopping, onFailure }: { stopping: AbortSignal; onFailure: (error: unknown, kind: TaskKind) => void },
): Promise<boolean> {
  const claimId = randomUUID();
  const claimedUntil = () => new Date(services.now().getTime() + claimMs);
  const task = await claimTask(services.db, tenantId, { at: services.now(), claimId, claimedUntil: claimedUntil() });
  if (!task) return false;
  const claim = { taskId: task.task_id, claimId };
  const order = task.ordered_by;
  const ctx: Context = {
    ...(await tenantContext(services, tenantId, callerOf(order))),
    traceId: order.traceId,
    sourceAddress: order.sourceAddress,
  };
  let isCancelled = task.cancel_requested_at !== null;
  let commits = 0;
  let nextRefresh = refreshFactor;
  const end = (state: 'done' | 'failed' | 'cancelled', failure: string | null) =>
    services.db.transaction(tenantId, (tx) => endTask(tx, claim, { state, failure, at: services.now() }));
  const run: TaskRun = {
    ctx,
    task,
    async commit(progress, work) {
      const result = await services.db.transaction(tenantId, async (tx) => {
        const done = await work(tx);
        const kept = await recordTaskProgress(tx, { ...claim, claimedUntil: claimedUntil() }, progress);
        if (!kept) throw new Interrupted('another worker has the task');
        isCancelled = kept.isCancelled;
        return done;
      });
      commits += 1;
      if (commits === nextRefresh) {
        await refreshTableStatistics(services.db);
        nextRefresh *= refreshFactor;
      }
      if (isCancelled || stopping.aborted) throw new Interrupted('the work was told to end');
      return result;
    },
  };
  try {
    const handle = handlers[task.kind];
    if (!handle) throw new Error(`no worker knows ${task.kind}`);
    if (!isCancelled) await handle(run);
    await end(isCancelled ? 'cancelled' : 'done', null);
    // After its end: it may take longer than the claim holds, and nothing would be left to do for whoever claims it next.
    if (commits > 0) await refreshTableStatistics(services.db);
  } catch (error) {
    if (isCancelled) await end('cancelled', null);
    else if (error instanceof Interrupted) await releaseTask(services.db, tenantId, claim, services.now());
    else if (error instanceof OnfileError && error.status < 500) await end('failed', error.code);
    else {
      onFailure(error, task.kind);
      if (task.attempts >= mostAttempts && commits === 0) await end('failed', 'errormessage.internal');
      else await releaseTask(services.db, tenantId, claim, new Date(services.now().getTime() + retryMs));
    }
  }
  return true;
}
