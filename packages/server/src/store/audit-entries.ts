import type { Database } from './database.ts';
import { singleByIndex } from './plan-by-index.ts';
import type { AuditEntry } from './trail.ts';

/** An entry as it lies in the database, where somebody may have changed it. */
export type StoredEntry = Omit<AuditEntry, 'at' | 'sealed_details' | 'code'> & {
  at: Date;
  sealed_details: Buffer | null;
  code: Buffer;
};

/**
 * The entry at a place `s` of the chain. OFFSET keeps it a look into the primary key for each place: as a plain join,
 * reading a page of the chain may be planned as reading all entries.
 */
export const entryAtPlace = `
    LATERAL (
      SELECT * FROM audit_entries WHERE tenant_id = s.tenant_id AND audit_id = s.audit_id OFFSET 0
    ) e`;

/** An entry's columns but for its id. */
export const entryColumns = (entry: string): string =>
  [
    'at',
    'actor_kind',
    'actor_id',
    'source_address',
    'trace_id',
    'action',
    'subject_kind',
    'subject_id',
    'subject_version',
    'key_id',
    'sealed_details',
    'code_key_id',
    'code',
  ]
    .map((column) => `${entry}.${column}`)
    .join(', ');

/** A place in the chain with the entry that has it; the entry's columns are all null when it is gone. */
export type Seal = {
  number: number;
  chain: Buffer;
  sealed_subject_id: string;
  /** Whether there is an entry at this place. */
  is_there: boolean;
} & StoredEntry;

const readSeals = {
  name: 'read-audit-seals',
  text: `
    SELECT s.number, s.chain, s.audit_id, s.subject_id AS sealed_subject_id, e.audit_id IS NOT NULL AS is_there,
      ${entryColumns('e')}
    FROM audit_seals s
    LEFT JOIN ${entryAtPlace} ON true
    WHERE s.tenant_id = $1 AND s.number > $2
    ORDER BY s.number
    LIMIT $3`,
};

/** The places after a number, in their order. */
export const listSeals = (db: Database, tenantId: string, after: number, limit: number): Promise<Seal[]> =>
  singleByIndex(db, tenantId, readSeals, [tenantId, after, limit]);

/** An entry without a place in the chain. */
export type UnsealedEntry = StoredEntry & {
  /** Whether the sealing has come past it, which it does only with what was written before or behind its back. */
  is_passed: boolean;
};

const readStretchEnd = {
  name: 'read-audit-stretch-end',
  text: `
    SELECT audit_id FROM audit_entries
    WHERE tenant_id = $1 AND audit_id > $2
    ORDER BY audit_id
    OFFSET $3 LIMIT 1`,
};

const readUnsealed = {
  name: 'read-unsealed-entries',
  text: `
    SELECT e.audit_id, ${entryColumns('e')},
      coalesce((e.written_in, e.audit_id) <= (c.read_through, c.read_through_id), false) AS is_passed
    FROM audit_entries e
    LEFT JOIN audit_chains c ON c.tenant_id = e.tenant_id
    WHERE e.tenant_id = $1 AND e.audit_id > $2 AND ($3::uuid IS NULL OR e.audit_id <= $3)
      AND NOT EXISTS (SELECT FROM audit_seals s WHERE s.tenant_id = e.tenant_id AND s.audit_id = e.audit_id OFFSET 0)
    ORDER BY e.audit_id`,
};

const beforeAllIds = '00000000-0000-0000-0000-000000000000';
const stretch = 20_000;

/** The last id of the stretch of entries after one; null when it is the last stretch. */
async function findStretchEnd(db: Database, tenantId: string, after: string): Promise<string | null> {
  const [end] = await singleByIndex<{ audit_id: string }>(db, tenantId, readStretchEnd, [tenantId, after, stretch - 1]);
  return end?.audit_id ?? null;
}

/** Entries that are not sealed, in the order of their ids; all entries are looked at, a stretch at a time. */
export async function* unsealedEntries(db: Database, tenantId: string): AsyncGenerator<UnsealedEntry> {
  let after: string | null = beforeAllIds;
  while (after !== null) {
    const last = await findStretchEnd(db, tenantId, after);
    yield* await singleByIndex<UnsealedEntry>(db, tenantId, readUnsealed, [tenantId, after, last]);
    after = last;
  }
}
