import type { RetentionKind } from '../contract/retention.ts';
import type { Transaction } from './database.ts';
import { deleteSessions } from './payment-sessions.ts';
import { queryByIndex } from './plan-by-index.ts';

/** What a stretch of one kind removed, up to which instant it looked, and whether more may be waiting. */
export type Stretch = { removed: number; heldTo: Date; mayGoOn: boolean };

const begin = {
  name: 'begin-retention',
  text: `
    INSERT INTO retention_progress (tenant_id, kind, held_to, ran_at, removed)
    VALUES ($1, $2, '-infinity', '-infinity', 0)
    ON CONFLICT DO NOTHING`,
};

const hold = {
  name: 'hold-retention',
  text: `
    SELECT CASE WHEN held_to = '-infinity' THEN '1970-01-01T00:00:00Z' ELSE held_to END AS held_to
    FROM retention_progress
    WHERE tenant_id = $1 AND kind = $2
    FOR NO KEY UPDATE SKIP LOCKED`,
};

/** How far a kind is held already, locked until the transaction ends; null while another process is at it. */
export async function holdRetention(tx: Transaction, kind: RetentionKind): Promise<Date | null> {
  await tx.query(begin, [tx.tenantId, kind]);
  const [row] = await tx.query<{ held_to: Date }>(hold, [tx.tenantId, kind]);
  return row?.held_to ?? null;
}

const note = {
  name: 'note-retention',
  text: `
    UPDATE retention_progress SET held_to = $3, ran_at = $4, removed = removed + $5
    WHERE tenant_id = $1 AND kind = $2`,
};

/** Notes how far a kind is held now, for the next stretch to begin there. */
export async function noteRetention(tx: Transaction, kind: RetentionKind, stretch: Stretch, at: Date): Promise<void> {
  await tx.query(note, [tx.tenantId, kind, stretch.heldTo, at, stretch.removed]);
}

/** All versions of one millisecond are looked at together, however many: the next stretch begins after it. */
const removeHistory = {
  name: 'remove-record-history',
  text: `
    WITH later AS (
      SELECT id, sys_version, sys_last_modified_at FROM stored_payment_method_versions
      WHERE tenant_id = $1 AND sys_last_modified_at > $2 AND sys_last_modified_at <= $3
      ORDER BY sys_last_modified_at
      FETCH FIRST $4 ROWS WITH TIES
    ),
    gone AS (
      DELETE FROM stored_payment_method_versions v
      USING later l
      WHERE v.tenant_id = $1 AND v.id = l.id AND v.sys_version < l.sys_version
      RETURNING 1
    )
    SELECT (SELECT count(*) FROM gone) AS removed, count(*) AS seen, max(sys_last_modified_at) AS last FROM later`,
};

/** Removes the versions that a later one had followed by then. The current version stays, however old. */
export async function removeRecordHistory(tx: Transaction, heldTo: Date, until: Date, limit: number): Promise<Stretch> {
  const [row] = await queryByIndex<{ removed: number; seen: number; last: Date | null }>(tx, removeHistory, [
    tx.tenantId,
    heldTo,
    until,
    limit,
  ]);
  const mayGoOn = (row?.seen ?? 0) >= limit;
  return { removed: row?.removed ?? 0, heldTo: (mayGoOn && row?.last) || until, mayGoOn };
}

const firstEvents = {
  name: '',
  text: `
    SELECT number, at FROM events
    WHERE tenant_id = $1 AND number IS NOT NULL
    ORDER BY number
    LIMIT $2`,
};

const removeEventsUpTo = {
  name: 'remove-events',
  text: 'DELETE FROM events WHERE tenant_id = $1 AND number IS NOT NULL AND number <= $2',
};

/** Removes the first events, without a gap and never the newest: the next number follows from it. */
export async function removeEvents(tx: Transaction, until: Date, limit: number): Promise<Stretch> {
  const first = await queryByIndex<{ number: number; at: Date }>(tx, firstEvents, [tx.tenantId, limit + 1]);
  const kept = first.findIndex(({ at }) => at > until);
  const removed = kept === -1 ? Math.max(0, first.length - 1) : kept;
  const last = first[removed - 1];
  if (last) await tx.query(removeEventsUpTo, [tx.tenantId, last.number]);
  return { removed, heldTo: until, mayGoOn: removed === limit };
}

const nextTask = {
  name: 'next-task-to-remove',
  text: `
    SELECT task_id FROM background_tasks
    WHERE tenant_id = $1 AND ended_at <= $2 AND state IN ('done', 'failed', 'cancelled')
    ORDER BY ended_at
    LIMIT 1`,
};

/** What a task has brought, a part at a time; what refers to it must be gone before it. */
const removeOfTask = [
  {
    name: 'remove-load-chunks',
    text: `
      DELETE FROM bulk_load_chunks WHERE tenant_id = $1 AND load_id = $2 AND starts_at IN (
        SELECT starts_at FROM bulk_load_chunks WHERE tenant_id = $1 AND load_id = $2 LIMIT $3)
      RETURNING 1`,
  },
  {
    name: 'remove-load-results',
    text: `
      DELETE FROM bulk_load_results WHERE tenant_id = $1 AND load_id = $2 AND first_record_no IN (
        SELECT first_record_no FROM bulk_load_results WHERE tenant_id = $1 AND load_id = $2 LIMIT $3)
      RETURNING 1`,
  },
  {
    name: 'remove-operation-results',
    text: `
      DELETE FROM bulk_data_operation_results WHERE tenant_id = $1 AND operation_id = $2 AND record_id IN (
        SELECT record_id FROM bulk_data_operation_results WHERE tenant_id = $1 AND operation_id = $2 LIMIT $3)
      RETURNING 1`,
  },
  {
    name: 'remove-restore-conflicts',
    text: `
      DELETE FROM snapshot_restore_conflicts WHERE tenant_id = $1 AND task_id = $2 AND (resource, subject_id) IN (
        SELECT resource, subject_id FROM snapshot_restore_conflicts WHERE tenant_id = $1 AND task_id = $2 LIMIT $3)
      RETURNING 1`,
  },
];

const removeTask = {
  name: 'remove-task',
  text: 'DELETE FROM background_tasks WHERE tenant_id = $1 AND task_id = $2',
};

/** Removes the next task that is over, or a part of what it brought. */
export async function removeTasks(tx: Transaction, until: Date, limit: number): Promise<Stretch> {
  const [task] = await tx.query<{ task_id: string }>(nextTask, [tx.tenantId, until]);
  if (!task) return { removed: 0, heldTo: until, mayGoOn: false };
  let parts = 0;
  for (const statement of removeOfTask) parts += (await tx.query(statement, [tx.tenantId, task.task_id, limit])).length;
  if (parts > 0) return { removed: 0, heldTo: until, mayGoOn: true };
  await tx.query(removeTask, [tx.tenantId, task.task_id]);
  return { removed: 1, heldTo: until, mayGoOn: true };
}

/** One that somebody may still be submitting in is left until the sweep has ended it. */
const nextSessions = {
  name: 'next-sessions-to-remove',
  text: `
    SELECT session_id, customer_uuid FROM user_payment_sessions s
    WHERE tenant_id = $1 AND valid_until <= $2 AND NOT EXISTS (
      SELECT FROM payment_requests r
      WHERE r.tenant_id = $1 AND r.session_id = s.session_id
        AND r.status IN ('CREATED', 'CHALLENGED', 'AUTHENTICATED', 'PREAUTHED'))
    ORDER BY valid_until
    LIMIT $3
    FOR UPDATE SKIP LOCKED`,
};

/** Of people who were about to become customers and did not: with their last session nothing of theirs is left. */
const removeKeys = {
  name: 'remove-keys-of-nobody',
  text: `
    DELETE FROM customer_keys k
    WHERE k.tenant_id = $1 AND k.customer_uuid = ANY ($2::uuid[])
      AND NOT EXISTS (SELECT FROM customers c WHERE c.tenant_id = $1 AND c.customer_uuid = k.customer_uuid)
      AND NOT EXISTS (SELECT FROM user_payment_sessions s WHERE s.tenant_id = $1 AND s.key_id = k.key_id)
      AND NOT EXISTS (SELECT FROM vault_secrets v WHERE v.tenant_id = $1 AND v.key_id = k.key_id)
      AND NOT EXISTS (SELECT FROM token_tasks t WHERE t.tenant_id = $1 AND t.key_id = k.key_id)`,
};

/** Removes payment sessions that are over, with their requests. */
export async function removePaymentSessions(tx: Transaction, until: Date, limit: number): Promise<Stretch> {
  const sessions = await tx.query<{ session_id: string; customer_uuid: string }>(nextSessions, [
    tx.tenantId,
    until,
    limit,
  ]);
  const ids = sessions.map((session) => session.session_id);
  if (ids.length > 0) {
    await deleteSessions(tx, ids);
    await tx.query(removeKeys, [tx.tenantId, [...new Set(sessions.map((session) => session.customer_uuid))]]);
  }
  return { removed: ids.length, heldTo: until, mayGoOn: ids.length === limit };
}
