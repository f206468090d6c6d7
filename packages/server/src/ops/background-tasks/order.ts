import { v7 as timeOrderedUuid } from 'uuid';
import type { Caller, Context } from '../../context.ts';
import { type Scope, scopes } from '../../contract/scopes.ts';
import { seal } from '../../crypto/envelope.ts';
import { insertTask, type TaskKind, type TaskOrder, type TaskRow } from '../../store/background-tasks.ts';
import type { Transaction } from '../../store/database.ts';
import { activeTraceparent } from '../../telemetry/tracing.ts';

const prefixes: Readonly<Record<TaskKind, string>> = {
  bulk_load: 'load',
  bulk_data_operation: 'operation',
  recalculation: 'recalculation',
  snapshot_restore: 'restore',
};

export const newTaskId = (kind: TaskKind): string => `${prefixes[kind]}_${timeOrderedUuid()}`;

/** Binds the input of a task to its row. */
export const taskInputBinding = (tenantId: string, taskId: string) =>
  [tenantId, 'background_tasks', taskId, 'input', 1] as const;

/** The caller of an operation, as the work that it orders will name it. */
export const orderOf = ({ caller, traceId, sourceAddress }: Context): TaskOrder => {
  const traceparent = activeTraceparent();
  return {
    callerKind: caller.kind,
    callerId: caller.id,
    scopes: [...caller.scopes],
    ...(caller.contactId === undefined ? {} : { contactId: caller.contactId }),
    traceId,
    ...(traceparent === null ? {} : { traceparent }),
    sourceAddress,
  };
};

/** The caller again, for the worker. */
export const callerOf = (order: TaskOrder): Caller => ({
  kind: order.callerKind as Caller['kind'],
  id: order.callerId,
  scopes: new Set(scopes.filter((scope: Scope) => order.scopes.includes(scope))),
  ...(order.contactId === undefined ? {} : { contactId: order.contactId }),
});

/**
 * Orders work to be done in the background, in the transaction of whatever asks for it. What a worker needs is sealed;
 * `progress` is what its kind shows at first. Answers the task as it is then.
 */
export async function orderTask(
  tx: Transaction,
  ctx: Context,
  task: { taskId: string; kind: TaskKind; state: 'open' | 'waiting'; input: object; progress: object; dueAt?: Date },
): Promise<TaskRow> {
  const at = ctx.now();
  const written = {
    task_id: task.taskId,
    kind: task.kind,
    state: task.state,
    ordered_by: orderOf(ctx),
    input: seal(JSON.stringify(task.input), ctx.keys.wrapping, taskInputBinding(tx.tenantId, task.taskId)),
    progress: task.progress,
    created_at: at,
    due_at: task.dueAt ?? at,
  };
  await insertTask(tx, written);
  return { ...written, ...notBegun };
}

const notBegun = {
  failure: null,
  attempts: 0,
  changes: 1,
  started_at: null,
  ended_at: null,
  cancel_requested_at: null,
};

/** What the task was ordered with. The kind of the task says what it is. */
export const openTaskInput = (
  ctx: Pick<Context, 'tenant' | 'keys'>,
  task: Pick<TaskRow, 'task_id' | 'input'>,
): object =>
  JSON.parse(ctx.keys.open(task.input, taskInputBinding(ctx.tenant.tenantId, task.task_id)).toString('utf8'));
