import type { Database } from './database.ts';

/** Few enough to hold the lock for some milliseconds only. */
const mostAtOnce = 1000;
/** The first half of an advisory lock's key; the second is the tenant's hash. Nobody else uses this one. */
const lockClass = 201_609;

const lastNumber = `
      (SELECT coalesce(max(number), 0) FROM events WHERE tenant_id = $1 AND number IS NOT NULL) AS last`;

// The statements that look have no name, so that each is planned for the table as it is: a plan that was kept since the
// table was small would go through all of it.
const look = {
  name: '',
  text: `
    SELECT ${lastNumber},
      EXISTS (SELECT FROM events WHERE tenant_id = $1 AND number IS NULL) AS more`,
};

const lock = { name: 'lock-event-numbers', text: `SELECT pg_advisory_xact_lock(${lockClass}, hashtext($1))` };

const pick = {
  name: '',
  text: `
    SELECT ${lastNumber}, ARRAY(
      SELECT event_id FROM events
      WHERE tenant_id = $1 AND number IS NULL
      ORDER BY written_in, event_id
      LIMIT ${mostAtOnce}
    ) AS ids`,
};

/** By ids and not by a join: before the table is analyzed, that reads all of it for every event. */
const number = {
  name: 'number-events',
  text: `
    UPDATE events SET number = $3::bigint + array_position($2::uuid[], event_id)
    WHERE tenant_id = $1 AND event_id = ANY ($2::uuid[])`,
};

/** The newest number of a tenant's events, and whether committed events may still be without one. */
export type NumberedUpTo = { last: number; more: boolean };

/**
 * Numbers the tenant's committed events that have no number yet, at most a thousand. An event is found by being without
 * a number, so none can be passed over, whenever its transaction commits; the lock lets one process number at a time,
 * and the statement behind it sees all that the one before has numbered. Writers wait for neither.
 */
export async function numberEvents(db: Database, tenantId: string): Promise<NumberedUpTo> {
  const [seen = { last: 0, more: false }] = await db.single<NumberedUpTo>(tenantId, look, [tenantId]);
  if (!seen.more) return seen;
  return db.transaction(tenantId, async (tx) => {
    await tx.query(lock, [tenantId]);
    const [{ last, ids } = { last: 0, ids: [] }] = await tx.query<{ last: number; ids: string[] }>(pick, [tenantId]);
    if (ids.length > 0) await tx.query(number, [tenantId, ids, last]);
    return { last: last + ids.length, more: ids.length === mostAtOnce };
  });
}

/** Numbers whatever is there, in as many rounds as it takes. */
export async function numberAllEvents(db: Database, tenantId: string): Promise<void> {
  for (let more = true; more; ) ({ more } = await numberEvents(db, tenantId));
}
