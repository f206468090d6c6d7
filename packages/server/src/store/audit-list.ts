import { entryAtPlace, entryColumns, type StoredEntry } from './audit-entries.ts';
import type { Database } from './database.ts';
import { singleByIndex } from './plan-by-index.ts';

/** Which sealed entries of a tenant are wanted; what is null does not count. */
export type AuditSelection = {
  subjectId: string | null;
  action: string | null;
  actorId: string | null;
  from: Date | null;
  to: Date | null;
};

/** An entry at its place in the chain, with the key that its details may be sealed under. */
export type ListedEntry = StoredEntry & {
  number: number;
  chain: Buffer;
  wrapped_key: Buffer | null;
  wrapped_by: string | null;
  key_customer_uuid: string | null;
};

const selectListed = `
  SELECT s.number, s.chain, s.audit_id, ${entryColumns('e')}, k.wrapped_key, k.wrapped_by,
    k.customer_uuid AS key_customer_uuid
  FROM audit_seals s
  CROSS JOIN ${entryAtPlace}
  LEFT JOIN customer_keys k ON k.tenant_id = e.tenant_id AND k.key_id = e.key_id
  WHERE s.tenant_id = $1 AND s.number > $2 AND s.number <= $3
    AND ($4::text IS NULL OR e.action = $4) AND ($5::text IS NULL OR e.actor_id = $5)
    AND ($6::timestamptz IS NULL OR e.at >= $6) AND ($7::timestamptz IS NULL OR e.at < $7)`;

const readStretch = {
  name: 'read-audit-stretch',
  text: `${selectListed}
    ORDER BY s.number LIMIT $8`,
};

const readSubjects = {
  name: 'read-audit-of-subject',
  text: `${selectListed} AND s.subject_id = $9
    ORDER BY s.number LIMIT $8`,
};

/** The entries wanted of those with numbers above `after` and up to `upTo`, in their order; a subject's by its index. */
export function listSealedEntries(
  db: Database,
  tenantId: string,
  selection: AuditSelection,
  place: { after: number; upTo: number; limit: number },
): Promise<ListedEntry[]> {
  const { subjectId, action, actorId, from, to } = selection;
  const values = [tenantId, place.after, place.upTo, action, actorId, from, to, place.limit];
  return subjectId === null
    ? singleByIndex(db, tenantId, readStretch, values)
    : singleByIndex(db, tenantId, readSubjects, [...values, subjectId]);
}

const readBefore = {
  name: 'read-checkpoint-before',
  text: `
    SELECT coalesce(max(number), 0) AS number FROM audit_checkpoints
    WHERE tenant_id = $1 AND at < $2`,
};

/** The last number that was signed before an instant: what was sealed by then was written before. 0 when none was. */
export async function findNumberBefore(db: Database, tenantId: string, instant: Date): Promise<number> {
  const [found] = await db.single<{ number: number }>(tenantId, readBefore, [tenantId, instant]);
  return found?.number ?? 0;
}
