import type { Database, Transaction } from './database.ts';

/** Why a task waits for another attempt, or has failed for good. */
export type TokenTaskReason =
  | 'gateway_failed'
  | 'declined'
  | 'not_transferable'
  | 'number_gone'
  | 'merchant_account_inactive';

/** `traceparent` is the span that made it necessary; null when nobody traces. */
type TaskAt = { task_id: string; merchant_account_id: string; created_at: Date; traceparent: string | null };

/** A token that a merchant account does not have yet, for the number that was in the vault under `secret_id`. */
export type ObtainTask = TaskAt & { kind: 'obtain'; record_id: string; secret_id: string };

/** A token that is not used any more. `sealed` is the token under the customer's key; `record_id` is whose it was. */
export type RetireTask = TaskAt & { kind: 'retire'; record_id: string | null; key_id: string; sealed: Buffer };

export type TokenTask = ObtainTask | RetireTask;

/** The customer's data key that a token to retire is sealed under; null in a task that seals nothing. */
type TaskKey = {
  wrapped_key: Buffer | null;
  wrapped_by: string | null;
  key_customer_uuid: string | null;
};

/** A task in the hands of one worker. `attempts` counts this one. */
export type ClaimedTask = TokenTask & TaskKey & { attempts: number };

/** How the write path's statement takes tasks in. */
export const tokenTaskColumns =
  'task_id uuid, kind text, record_id text, merchant_account_id text, secret_id uuid, key_id uuid, sealed text, created_at timestamptz, traceparent text';

/** Tasks as JSON for `tokenTaskColumns`. */
export const tokenTaskInputs = (tasks: readonly TokenTask[]): object[] =>
  tasks.map((task) => (task.kind === 'retire' ? { ...task, sealed: task.sealed.toString('base64') } : task));

const write = {
  name: 'write-token-tasks',
  text: `
    INSERT INTO token_tasks (tenant_id, task_id, kind, state, record_id, merchant_account_id, secret_id, key_id, sealed,
      attempts, created_at, updated_at, due_at, traceparent)
    SELECT $1, t.task_id, t.kind, 'pending', t.record_id, t.merchant_account_id, t.secret_id, t.key_id,
      decode(t.sealed, 'base64'), 0, t.created_at, t.created_at, t.created_at, t.traceparent
    FROM json_to_recordset($2::json) AS t (${tokenTaskColumns})`,
};

/** Writes tasks with what made them necessary. Wake the worker once the transaction is committed. */
export async function insertTokenTasks(tx: Transaction, tasks: readonly TokenTask[]): Promise<void> {
  if (tasks.length > 0) await tx.query(write, [tx.tenantId, JSON.stringify(tokenTaskInputs(tasks))]);
}

const claim = {
  name: 'claim-token-tasks',
  text: `
    WITH claimed AS (
      UPDATE token_tasks t
      SET attempts = t.attempts + 1, claimed_until = $4, updated_at = $3
      WHERE t.tenant_id = $1 AND t.task_id = ANY ($2::uuid[]) AND t.state = 'pending'
        AND (t.claimed_until IS NULL OR t.claimed_until <= $3)
      RETURNING t.tenant_id, t.task_id, t.kind, t.record_id, t.merchant_account_id, t.secret_id, t.key_id, t.sealed,
        t.attempts, t.created_at, t.traceparent
    )
    SELECT c.task_id, c.kind, c.record_id, c.merchant_account_id, c.secret_id, c.key_id, c.sealed, c.attempts,
      c.created_at, c.traceparent, k.wrapped_key, k.wrapped_by, k.customer_uuid AS key_customer_uuid
    FROM claimed c
    LEFT JOIN customer_keys k ON k.tenant_id = c.tenant_id AND k.key_id = c.key_id`,
};

/** Takes tasks into one worker's hands until they are settled, but for those done, failed, or in another worker's. */
export const claimTokenTasks = (
  db: Database,
  tenantId: string,
  taskIds: readonly string[],
  times: { now: Date; until: Date },
): Promise<ClaimedTask[]> => db.single(tenantId, claim, [tenantId, taskIds, times.now, times.until]);

const finish = {
  name: 'finish-token-tasks',
  text: 'DELETE FROM token_tasks WHERE tenant_id = $1 AND task_id = ANY ($2::uuid[])',
};

/** Tasks that are done, or that there is no reason for any more. */
export async function deleteTokenTasks(db: Database, tenantId: string, taskIds: readonly string[]): Promise<void> {
  if (taskIds.length > 0) await db.single(tenantId, finish, [tenantId, taskIds]);
}

const giveBack = {
  name: 'give-back-token-task',
  text: `
    UPDATE token_tasks
    SET attempts = $3, state = $4, reason = $5, updated_at = $6, due_at = $7, claimed_until = NULL
    WHERE tenant_id = $1 AND task_id = $2`,
};

/** Lets a task go that was not done: for another attempt after `dueAt`, or for good. */
export async function giveBackTokenTask(
  db: Database,
  tenantId: string,
  task: { taskId: string; attempts: number; at: Date; dueAt: Date } & (
    | { state: 'pending'; reason: TokenTaskReason | null }
    | { state: 'failed'; reason: TokenTaskReason }
  ),
): Promise<void> {
  await db.single(tenantId, giveBack, [
    tenantId,
    task.taskId,
    task.attempts,
    task.state,
    task.reason,
    task.at,
    task.dueAt,
  ]);
}

const readDue = {
  name: 'read-due-token-tasks',
  text: `
    SELECT task_id FROM token_tasks
    WHERE tenant_id = $1 AND state = 'pending' AND due_at <= $2 AND (claimed_until IS NULL OR claimed_until <= $2)
    ORDER BY due_at
    LIMIT $3`,
};

/** The ids of tasks that should be in the queue, the oldest first. */
export async function listDueTokenTasks(db: Database, tenantId: string, now: Date, limit: number): Promise<string[]> {
  const rows = await db.single<{ task_id: string }>(tenantId, readDue, [tenantId, now, limit]);
  return rows.map((row) => row.task_id);
}

/** A task of a record, as far as people may see it. */
export type RecordsTask = {
  kind: TokenTask['kind'];
  state: 'pending' | 'failed';
  reason: TokenTaskReason | null;
  merchant_account_id: string;
  created_at: Date;
};

const readRecords = {
  name: 'read-records-token-tasks',
  text: `
    SELECT kind, state, reason, merchant_account_id, created_at FROM token_tasks
    WHERE tenant_id = $1 AND record_id = $2
    ORDER BY created_at, task_id`,
};

export const listRecordsTokenTasks = (db: Database, tenantId: string, recordId: string): Promise<RecordsTask[]> =>
  db.single(tenantId, readRecords, [tenantId, recordId]);
