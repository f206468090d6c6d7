import type { TaskRow } from '../../store/background-tasks.ts';

/** What every kind of background work shows of itself, beside its state and its counts. */
export const presentTask = (task: Omit<TaskRow, 'input'>) => ({
  id: task.task_id,
  created_at: task.created_at.toISOString(),
  started_at: task.started_at?.toISOString(),
  ended_at: task.ended_at?.toISOString(),
  cancel_requested_at: task.cancel_requested_at?.toISOString(),
  ordered_by_id: task.ordered_by.callerId,
  error_code: task.failure ?? undefined,
});
