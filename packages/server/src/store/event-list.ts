import type { Database } from './database.ts';

export type EventRow = {
  number: number;
  event_id: string;
  type: string;
  type_version: number;
  at: Date;
  subject_id: string;
  subject_version: number | null;
  payload: object;
};

const readFirst = {
  name: '',
  text: 'SELECT coalesce(min(number), 1) AS first FROM events WHERE tenant_id = $1 AND number IS NOT NULL',
};

/** The number of the first event that the tenant still has; 1 when there is none. */
export async function firstEventNumber(db: Database, tenantId: string): Promise<number> {
  const [row] = await db.single<{ first: number }>(tenantId, readFirst, [tenantId]);
  return row?.first ?? 1;
}

const read = {
  // Planned each time: a plan for the table when it was small would go through all of it.
  name: '',
  text: `
    SELECT number, event_id, type, type_version, at, subject_id, subject_version, payload FROM events
    WHERE tenant_id = $1 AND number > $2 AND number <= $3 AND ($4::text[] IS NULL OR type = ANY ($4))
    ORDER BY number
    LIMIT $5`,
};

/** The tenant's events in a range of numbers, in their order; of some types only when they are named. */
export const listEvents = (
  db: Database,
  tenantId: string,
  range: { after: number; through: number; types: readonly string[] | null; limit: number },
): Promise<EventRow[]> => db.single(tenantId, read, [tenantId, range.after, range.through, range.types, range.limit]);
