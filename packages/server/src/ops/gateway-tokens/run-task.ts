import type { Caller, Context, Services } from '../../context.ts';
import { longestRetryDelayMs, mostTaskAttempts } from '../../store/job-queue.ts';
import { type ClaimedTask, claimTokenTasks, deleteTokenTasks, giveBackTokenTask } from '../../store/token-tasks.ts';
import { activeTraceId, continueTrace } from '../../telemetry/tracing.ts';
import { tenantContext } from '../tenants/context.ts';
import type { AttemptEnd } from './attempt.ts';
import { obtainToken } from './obtain.ts';
import { retireToken } from './retire.ts';

const worker: Caller = { kind: 'worker', id: 'token-tasks', scopes: new Set() };

/** Longer than an attempt may take; a task whose worker died is free again after it. */
const claimMs = 60_000;
/** How long a locked record is left alone. */
const postponedMs = 600_000;
/** For the queue to try again by itself before the sweep puts the task there anew. */
const graceMs = 60_000;

/** `again`: worth another attempt later. After the last one a task has failed, which is `over` too. */
export type TaskOutcome = 'over' | 'again';

/**
 * One attempt at each of a tenant's tasks, by one worker at a time: claimed and settled together, which is two
 * transactions for any number of them. A failure that nobody foresaw counts as an attempt and goes to `onFailure`.
 */
export async function runTokenTasks(
  services: Services,
  tenantId: string,
  taskIds: readonly string[],
  onFailure: (error: unknown) => void,
): Promise<Map<string, TaskOutcome>> {
  const now = services.now();
  const until = new Date(now.getTime() + claimMs);
  const tasks = await claimTokenTasks(services.db, tenantId, taskIds, { now, until });
  const outcomes = new Map<string, TaskOutcome>(taskIds.map((taskId) => [taskId, 'over']));
  if (tasks.length === 0) return outcomes;
  const ctx = await tenantContext(services, tenantId, worker);
  const done: string[] = [];
  await Promise.all(
    tasks.map(async (task) => {
      const end = await attempt(ctx, task, onFailure).catch(
        (): AttemptEnd => ({ outcome: 'again', reason: 'gateway_failed' }),
      );
      if (end.outcome === 'settled') return;
      if (end.outcome === 'done') done.push(task.task_id);
      else outcomes.set(task.task_id, await giveBack(services, tenantId, task, end));
    }),
  );
  await deleteTokenTasks(services.db, tenantId, done);
  return outcomes;
}

/** In the trace of the request that left the task behind. */
const attempt = (ctx: Context, task: ClaimedTask, onFailure: (error: unknown) => void): Promise<AttemptEnd> =>
  continueTrace(task.traceparent, `token-task ${task.kind}`, { kind: 'consumer' }, () => {
    const traced = { ...ctx, traceId: activeTraceId() ?? ctx.traceId };
    const end = task.kind === 'obtain' ? obtainToken(traced, task) : retireToken(traced, task);
    return end.catch((error: unknown) => {
      onFailure(error);
      throw error;
    });
  });

async function giveBack(
  services: Services,
  tenantId: string,
  { task_id: taskId, attempts }: ClaimedTask,
  end: Extract<AttemptEnd, { outcome: 'postponed' | 'again' | 'failed' }>,
): Promise<TaskOutcome> {
  const { db } = services;
  const at = services.now();
  const after = (milliseconds: number) => new Date(at.getTime() + milliseconds);
  if (end.outcome === 'postponed') {
    const task = { taskId, attempts: attempts - 1, at, dueAt: after(postponedMs) };
    await giveBackTokenTask(db, tenantId, { ...task, state: 'pending', reason: null });
    return 'over';
  }
  const hasFailed = end.outcome === 'failed' || attempts >= mostTaskAttempts;
  const task = { taskId, attempts, at, dueAt: after(longestRetryDelayMs(attempts) + graceMs) };
  await giveBackTokenTask(db, tenantId, { ...task, state: hasFailed ? 'failed' : 'pending', reason: end.reason });
  return hasFailed ? 'over' : 'again';
}
