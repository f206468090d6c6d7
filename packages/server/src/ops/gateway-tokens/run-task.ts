import type { Caller, Services } from '../../context.ts';
import { longestRetryDelayMs, mostTaskAttempts } from '../../store/job-queue.ts';
import { type ClaimedTask, claimTokenTask, deleteTokenTask, giveBackTokenTask } from '../../store/token-tasks.ts';
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

/**
 * One attempt at a task, by one worker at a time. `again`: it is worth another one later. After the last one the task
 * has failed, which is `over` too. A failure that nobody foresaw counts as an attempt and is thrown.
 */
export async function runTokenTask(services: Services, tenantId: string, taskId: string): Promise<'over' | 'again'> {
  const now = services.now();
  const until = new Date(now.getTime() + claimMs);
  const task = await claimTokenTask(services.db, tenantId, taskId, { now, until });
  if (!task) return 'over';
  let end: AttemptEnd;
  try {
    end = await attempt(services, tenantId, task);
  } catch (error) {
    await giveBack(services, tenantId, task, { outcome: 'again', reason: 'gateway_failed' });
    throw error;
  }
  if (end.outcome === 'settled') return 'over';
  if (end.outcome === 'done') {
    await deleteTokenTask(services.db, tenantId, taskId);
    return 'over';
  }
  return giveBack(services, tenantId, task, end);
}

async function attempt(services: Services, tenantId: string, task: ClaimedTask): Promise<AttemptEnd> {
  const ctx = await tenantContext(services, tenantId, worker);
  return task.kind === 'obtain' ? obtainToken(ctx, task) : retireToken(ctx, task);
}

async function giveBack(
  services: Services,
  tenantId: string,
  { task_id: taskId, attempts }: ClaimedTask,
  end: Extract<AttemptEnd, { outcome: 'postponed' | 'again' | 'failed' }>,
): Promise<'over' | 'again'> {
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
