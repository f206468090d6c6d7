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
import { continueTrace } from '../../telemetry/tracing.ts';
import { tenantContext } from '../tenants/context.ts';
import { callerOf } from './order.ts';

/** Longer than any stretch of work between two commits; a worker that died is followed after it. */
const claimMs = 10_000;
/** How often in a row a task may end without having got anywhere. */
const mostAttempts = 5;
const retryMs = 2_000;
/** Statistics are refreshed after so many commits, this many times as many, and so on; and at the end of that many. */
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

/** What is known of the work at hand from its commits so far. */
type Course = { isCancelled: boolean; commits: number };
type Claim = { tenantId: string; taskId: string; claimId: string };

/**
 * Runs the tenant's next task that is due, if no other of it is at work; false when there was none. What the work could
 * not do for lack of a database is tried again; an error of the domain ends it as failed.
 */
export async function runNextTask(
  services: Services,
  tenantId: string,
  handlers: TaskHandlers,
  { stopping, onFailure }: Omit<Running, 'handlers'>,
): Promise<boolean> {
  const claimId = randomUUID();
  const at = services.now();
  const task = await claimTask(services.db, tenantId, { at, claimId, claimedUntil: claimEnd(services) });
  if (!task) return false;
  const { traceparent } = task.ordered_by;
  await continueTrace(traceparent, `background-task ${task.kind}`, { kind: 'consumer' }, () =>
    runTask(services, { tenantId, taskId: task.task_id, claimId }, task, { handlers, stopping, onFailure }),
  );
  return true;
}

type Running = {
  handlers: TaskHandlers;
  stopping: AbortSignal;
  onFailure: (error: unknown, kind: TaskKind) => void;
};

async function runTask(
  services: Services,
  claim: Claim,
  task: TaskRow,
  { handlers, stopping, onFailure }: Running,
): Promise<void> {
  const course: Course = { isCancelled: task.cancel_requested_at !== null, commits: 0 };
  try {
    const handle = handlers[task.kind];
    if (!handle) throw new Error(`no worker knows ${task.kind}`);
    const ctx = await orderersContext(services, claim.tenantId, task);
    if (!course.isCancelled) await handle({ ctx, task, commit: committing(services, claim, course, stopping) });
    await end(services, claim, course.isCancelled ? 'cancelled' : 'done');
    // After its end: it may take longer than the claim holds, and nothing would be left to do for whoever claims it next.
    if (course.commits >= refreshFactor) await refreshTableStatistics(services.db);
  } catch (error) {
    if (isOurs(error) && !course.isCancelled) onFailure(error, task.kind);
    await endOrGiveBack(services, claim, error, {
      ...course,
      isLastAttempt: task.attempts >= mostAttempts && course.commits === 0,
    });
  }
}

const claimEnd = (services: Services): Date => new Date(services.now().getTime() + claimMs);

async function orderersContext(services: Services, tenantId: string, { ordered_by }: TaskRow): Promise<Context> {
  const { traceId, sourceAddress } = ordered_by;
  return { ...(await tenantContext(services, tenantId, callerOf(ordered_by))), traceId, sourceAddress };
}

function committing(
  services: Services,
  { tenantId, taskId, claimId }: Claim,
  course: Course,
  stopping: AbortSignal,
): TaskRun['commit'] {
  let nextRefresh = refreshFactor;
  return async (progress, work) => {
    await services.keysOf(tenantId);
    const result = await services.db.transaction(tenantId, async (tx) => {
      const done = await work(tx);
      const claim = { taskId, claimId, claimedUntil: claimEnd(services) };
      const kept = await recordTaskProgress(tx, claim, progress);
      if (!kept) throw new Interrupted('another worker has the task');
      course.isCancelled = kept.isCancelled;
      return done;
    });
    course.commits += 1;
    if (course.commits === nextRefresh) {
      await refreshTableStatistics(services.db);
      nextRefresh *= refreshFactor;
    }
    if (course.isCancelled || stopping.aborted) throw new Interrupted('the work was told to end');
    return result;
  };
}

/** Neither told to end, nor refused by a rule. */
const isOurs = (error: unknown): boolean =>
  !(error instanceof Interrupted) && !(error instanceof OnfileError && error.status < 500);

async function endOrGiveBack(
  services: Services,
  claim: Claim,
  error: unknown,
  { isCancelled, isLastAttempt }: Course & { isLastAttempt: boolean },
): Promise<void> {
  if (isCancelled) return end(services, claim, 'cancelled');
  if (error instanceof OnfileError && error.status < 500) return end(services, claim, 'failed', error.code);
  if (isOurs(error) && isLastAttempt) return end(services, claim, 'failed', 'errormessage.internal');
  const pauseMs = isOurs(error) ? retryMs : 0;
  await releaseTask(services.db, claim.tenantId, claim, new Date(services.now().getTime() + pauseMs));
}

async function end(
  services: Services,
  claim: Claim,
  state: 'done' | 'failed' | 'cancelled',
  failure: string | null = null,
): Promise<void> {
  await services.db.transaction(claim.tenantId, (tx) => endTask(tx, claim, { state, failure, at: services.now() }));
}
