import type { TaskKind } from './background-tasks.ts';
import type { Database, Statement } from './database.ts';
import { queryByIndex } from './plan-by-index.ts';

/** What waits in the database to be done; a time is null where nothing waits. */
export type WaitingWork = {
  gatewayTasks: { waiting: number; failed: number; dueSince: Date | null };
  backgroundTasks: { kind: TaskKind; state: 'waiting' | 'running'; count: number; dueSince: Date }[];
  /** Entries of the audit that have no place in the chain yet. */
  audit: { count: number; since: Date | null };
  /** Events without a number. */
  events: { count: number; since: Date | null };
};

/** So many of a tenant's rows are looked at: who has more of them waiting has a backlog, whatever its size. */
export const mostCounted = 10_000;

/** Behind what the sealing has looked at. As a join it would be compared with every entry of the tenant. */
const isUnsealed = '(written_in, audit_id) > ((SELECT read_through FROM chain), (SELECT read_through_id FROM chain))';

/** By indexes that end where nothing waits. Failed tasks have none; a tenant has few tasks that are not done. */
const readCounts: Statement = {
  name: 'read-waiting-work',
  text: `
    WITH chain AS (
      SELECT coalesce(c.read_through, '0'::xid8) AS read_through,
        coalesce(c.read_through_id, '00000000-0000-0000-0000-000000000000') AS read_through_id
      FROM (SELECT $1::text AS tenant_id) t
      LEFT JOIN audit_chains c ON c.tenant_id = t.tenant_id AND c.read_through < pg_snapshot_xmax(pg_current_snapshot())
    )
    SELECT
      (SELECT count(*) FROM (
        SELECT FROM token_tasks WHERE tenant_id = $1 AND state = 'pending' LIMIT ${mostCounted}
      ) waiting)::int AS "tasksWaiting",
      (SELECT count(*) FILTER (WHERE state = 'failed') FROM (
        SELECT state FROM token_tasks WHERE tenant_id = $1 LIMIT ${mostCounted}
      ) task)::int AS "tasksFailed",
      (SELECT due_at FROM token_tasks WHERE tenant_id = $1 AND state = 'pending' ORDER BY due_at LIMIT 1)
        AS "tasksDueSince",
      (SELECT count(*) FROM (
        SELECT FROM audit_entries WHERE tenant_id = $1 AND ${isUnsealed} LIMIT ${mostCounted}
      ) entry)::int AS "entriesUnsealed",
      (SELECT at FROM audit_entries WHERE tenant_id = $1 AND ${isUnsealed} ORDER BY written_in, audit_id LIMIT 1)
        AS "unsealedSince",
      (SELECT count(*) FROM (
        SELECT FROM events WHERE tenant_id = $1 AND number IS NULL LIMIT ${mostCounted}
      ) event)::int AS "eventsUnnumbered",
      (SELECT at FROM events WHERE tenant_id = $1 AND number IS NULL ORDER BY written_in, event_id LIMIT 1)
        AS "unnumberedSince"`,
};

const readTasks: Statement = {
  name: 'read-unfinished-background-tasks',
  text: `
    SELECT kind, state, count(*)::int AS count, min(due_at) AS "dueSince" FROM background_tasks
    WHERE tenant_id = $1 AND state IN ('waiting', 'running')
    GROUP BY kind, state`,
};

type Counts = {
  tasksWaiting: number;
  tasksFailed: number;
  tasksDueSince: Date | null;
  entriesUnsealed: number;
  unsealedSince: Date | null;
  eventsUnnumbered: number;
  unnumberedSince: Date | null;
};

/** What waits of one tenant. */
export async function readWaitingWork(db: Database, tenantId: string): Promise<WaitingWork> {
  return db.transaction(tenantId, async (tx) => {
    const [[counts], backgroundTasks] = await Promise.all([
      queryByIndex<Counts>(tx, readCounts, [tenantId]),
      tx.query<WaitingWork['backgroundTasks'][number]>(readTasks, [tenantId]),
    ]);
    if (!counts) throw new Error('the database did not say what waits in it');
    return {
      gatewayTasks: { waiting: counts.tasksWaiting, failed: counts.tasksFailed, dueSince: counts.tasksDueSince },
      backgroundTasks,
      audit: { count: counts.entriesUnsealed, since: counts.unsealedSince },
      events: { count: counts.eventsUnnumbered, since: counts.unnumberedSince },
    };
  });
}
