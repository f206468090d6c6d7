import type { Database, Transaction } from './database.ts';

export type TaskKind = 'bulk_load' | 'bulk_data_operation' | 'recalculation' | 'snapshot_restore';

/** `open` waits for its input; `waiting` for a worker. The last three are final. */
export type TaskState = 'open' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

/** On whose account the work is done: what its versions and audit name. */
export type TaskOrder = {
  callerKind: string;
  callerId: string;
  scopes: readonly string[];
  contactId?: string;
  traceId: string;
  /** The span that ordered it; left out when nobody traces. */
  traceparent?: string;
  sourceAddress: string | null;
};

export type TaskRow = {
  task_id: string;
  kind: TaskKind;
  state: TaskState;
  ordered_by: TaskOrder;
  /** Sealed under the tenant's key. */
  input: Buffer;
  /** Counts and places, as the kind of work defines them; no data of customers. */
  progress: object;
  /** The error code that ended it. */
  failure: string | null;
  attempts: number;
  /** Grows with each change of the row. */
  changes: number;
  created_at: Date;
  due_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
  cancel_requested_at: Date | null;
};

/** A task that this worker alone may go on with, until the claim runs out. */
export type TaskClaim = { taskId: string; claimId: string; claimedUntil: Date };

const columns = `task_id, kind, state, ordered_by, input, progress, failure, attempts, changes, created_at, due_at,
  started_at, ended_at, cancel_requested_at`;

const write = {
  name: 'write-background-task',
  text: `
    INSERT INTO background_tasks (tenant_id, task_id, kind, state, ordered_by, input, progress, attempts, changes,
      created_at, due_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 1, $8, $9)`,
};

export async function insertTask(
  tx: Transaction,
  task: Pick<TaskRow, 'task_id' | 'kind' | 'state' | 'ordered_by' | 'input' | 'progress' | 'created_at' | 'due_at'>,
): Promise<void> {
  await tx.query(write, [
    tx.tenantId,
    task.task_id,
    task.kind,
    task.state,
    JSON.stringify(task.ordered_by),
    task.input,
    JSON.stringify(task.progress),
    task.created_at,
    task.due_at,
  ]);
}

const readOne = {
  name: 'read-background-task',
  text: `SELECT ${columns} FROM background_tasks WHERE tenant_id = $1 AND kind = $2 AND task_id = $3`,
};

export async function findTask(
  db: Database,
  tenantId: string,
  kind: TaskKind,
  taskId: string,
): Promise<TaskRow | null> {
  const [row] = await db.single<TaskRow>(tenantId, readOne, [tenantId, kind, taskId]);
  return row ?? null;
}

const readPage = {
  name: 'read-background-tasks-page',
  text: `
    SELECT ${columns} FROM background_tasks
    WHERE tenant_id = $1 AND kind = $2 AND ($3 = '' OR task_id < $3)
    ORDER BY task_id DESC
    LIMIT $4`,
};

/** The newest first, after the given one ('' for the first page): ids are ordered by time. */
export const listTasks = (
  db: Database,
  tenantId: string,
  kind: TaskKind,
  after: string,
  limit: number,
): Promise<TaskRow[]> => db.single(tenantId, readPage, [tenantId, kind, after, limit]);

const postpone = {
  name: 'postpone-waiting-background-task',
  text: `
    UPDATE background_tasks SET due_at = $3, changes = changes + 1
    WHERE tenant_id = $1 AND kind = $2 AND state = 'waiting'
    RETURNING ${columns}`,
};

/** Puts off the task of this kind that has not begun; null when none is waiting. */
export async function postponeWaitingTask(tx: Transaction, kind: TaskKind, dueAt: Date): Promise<TaskRow | null> {
  const [row] = await tx.query<TaskRow>(postpone, [tx.tenantId, kind, dueAt]);
  return row ?? null;
}

const claim = {
  name: 'claim-background-task',
  // Whoever looks at the same moment waits for these locks, and then sees what the other took. Nothing is locked where
  // nothing is to be had.
  text: `
    WITH unfinished AS MATERIALIZED (
      SELECT task_id, due_at, created_at, claimed_until >= $2 AS is_claimed FROM background_tasks
      WHERE tenant_id = $1 AND state IN ('waiting', 'running')
        AND EXISTS (
          SELECT FROM background_tasks due
          WHERE due.tenant_id = $1 AND due.state IN ('waiting', 'running') AND due.due_at <= $2
        )
        AND NOT EXISTS (
          SELECT FROM background_tasks other
          WHERE other.tenant_id = $1 AND other.state = 'running' AND other.claimed_until >= $2
        )
      ORDER BY created_at, task_id
      FOR NO KEY UPDATE
    ),
    next AS MATERIALIZED (
      SELECT task_id FROM unfinished
      WHERE due_at <= $2 AND NOT EXISTS (SELECT FROM unfinished other WHERE other.is_claimed)
      ORDER BY created_at, task_id
      LIMIT 1
    )
    UPDATE background_tasks t
    SET state = 'running', started_at = coalesce(t.started_at, $2), claim_id = $3, claimed_until = $4,
      attempts = t.attempts + 1, changes = t.changes + 1
    FROM next
    WHERE t.tenant_id = $1 AND t.task_id = next.task_id
    RETURNING ${columns
      .split(',')
      .map((column) => `t.${column.trim()}`)
      .join(', ')}`,
};

/** Claims the tenant's oldest unfinished task that is due; null while another one of it is at work. */
export async function claimTask(
  db: Database,
  tenantId: string,
  { at, claimId, claimedUntil }: { at: Date; claimId: string; claimedUntil: Date },
): Promise<TaskRow | null> {
  const [row] = await db.single<TaskRow>(tenantId, claim, [tenantId, at, claimId, claimedUntil]);
  return row ?? null;
}

const progressed = {
  name: 'progress-background-task',
  text: `
    UPDATE background_tasks SET progress = $4, claimed_until = $5, attempts = 1, changes = changes + 1
    WHERE tenant_id = $1 AND task_id = $2 AND claim_id = $3 AND state = 'running'
    RETURNING cancel_requested_at IS NOT NULL AS is_cancelled`,
};

/** Keeps how far it got, in the transaction of the work itself; null when the claim is lost. */
export async function recordTaskProgress(
  tx: Transaction,
  { taskId, claimId, claimedUntil }: TaskClaim,
  progress: object,
): Promise<{ isCancelled: boolean } | null> {
  const values = [tx.tenantId, taskId, claimId, JSON.stringify(progress), claimedUntil];
  const [row] = await tx.query<{ is_cancelled: boolean }>(progressed, values);
  return row ? { isCancelled: row.is_cancelled } : null;
}

const end = {
  name: 'end-background-task',
  text: `
    UPDATE background_tasks
    SET state = $4, failure = $5, ended_at = $6, claim_id = NULL, claimed_until = NULL, changes = changes + 1
    WHERE tenant_id = $1 AND task_id = $2 AND claim_id = $3 AND state = 'running'
    RETURNING task_id`,
};

/** Puts a task into a final state; false when the claim is lost. */
export async function endTask(
  tx: Transaction,
  { taskId, claimId }: Pick<TaskClaim, 'taskId' | 'claimId'>,
  outcome: { state: 'done' | 'failed' | 'cancelled'; failure: string | null; at: Date },
): Promise<boolean> {
  const values = [tx.tenantId, taskId, claimId, outcome.state, outcome.failure, outcome.at];
  return (await tx.query(end, values)).length === 1;
}

const release = {
  name: 'release-background-task',
  text: `
    UPDATE background_tasks SET claim_id = NULL, claimed_until = NULL, due_at = $4
    WHERE tenant_id = $1 AND task_id = $2 AND claim_id = $3 AND state = 'running'`,
};

/** Gives a task back to whoever comes next, from an instant on. */
export async function releaseTask(
  db: Database,
  tenantId: string,
  { taskId, claimId }: Pick<TaskClaim, 'taskId' | 'claimId'>,
  dueAt: Date,
): Promise<void> {
  await db.single(tenantId, release, [tenantId, taskId, claimId, dueAt]);
}

const cancel = {
  name: 'cancel-background-task',
  text: `
    UPDATE background_tasks
    SET cancel_requested_at = coalesce(cancel_requested_at, $3), changes = changes + 1,
      state = CASE WHEN state = 'running' THEN state ELSE 'cancelled' END,
      ended_at = CASE WHEN state = 'running' THEN ended_at ELSE $3 END
    WHERE tenant_id = $1 AND task_id = $2 AND state IN ('open', 'waiting', 'running')
    RETURNING state`,
};

/** Cancels what has not begun, and asks what is at work to stop. Null when it is over already. */
export async function cancelTask(tx: Transaction, taskId: string, at: Date): Promise<TaskState | null> {
  const [row] = await tx.query<{ state: TaskState }>(cancel, [tx.tenantId, taskId, at]);
  return row?.state ?? null;
}
