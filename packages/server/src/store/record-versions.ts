import type { Database } from './database.ts';
import { type FoundRecord, foundFrom, selectFound } from './records.ts';
import { withinBytes } from './within-bytes.ts';

const readEvenDeleted = {
  name: 'read-record-even-deleted',
  text: `${selectFound('m')}
    ${foundFrom}
    WHERE m.tenant_id = $1 AND m.id = $2`,
};

/** A record whether it is deleted or not. */
export async function findRecordEvenDeleted(db: Database, tenantId: string, id: string): Promise<FoundRecord | null> {
  const [row] = await db.single<FoundRecord>(tenantId, readEvenDeleted, [tenantId, id]);
  return row ?? null;
}

const readVersions = {
  name: 'read-versions',
  text: withinBytes(
    `${selectFound('v')}
    FROM stored_payment_method_versions v
    JOIN customers c ON c.tenant_id = v.tenant_id AND c.customer_id = v.customer_id
    JOIN customer_keys k ON k.tenant_id = v.tenant_id AND k.key_id = v.key_id
    WHERE v.tenant_id = $1 AND v.id = $2 AND v.sys_version < $3::bigint AND ($5::text IS NULL OR c.contact_id = $5)
    ORDER BY v.sys_version DESC
    LIMIT $4`,
    'sys_version DESC',
  ),
};

/**
 * A record's versions before one, the newest first; of one contact only when it is given. They may be fewer than the limit
 * though others follow, see `mayBeCut`.
 */
export const listVersions = (
  db: Database,
  tenantId: string,
  id: string,
  page: { before: number; limit: number; contactId: string | null },
): Promise<FoundRecord[]> => db.single(tenantId, readVersions, [tenantId, id, page.before, page.limit, page.contactId]);

const readManyEvenDeleted = {
  name: 'read-records-even-deleted',
  text: `${selectFound('m')}
    ${foundFrom}
    WHERE m.tenant_id = $1 AND m.id = ANY ($2::text[])`,
};

/** The records with these ids in any order, deleted or not. */
export const findRecordsEvenDeleted = (
  db: Database,
  tenantId: string,
  ids: readonly string[],
): Promise<FoundRecord[]> => db.single(tenantId, readManyEvenDeleted, [tenantId, ids]);

const readMany = {
  name: 'read-versions-of-records',
  text: `${selectFound('v')}
    FROM unnest($2::text[], $3::integer[]) AS wanted (id, sys_version)
    JOIN stored_payment_method_versions v
      ON v.tenant_id = $1 AND v.id = wanted.id AND v.sys_version = wanted.sys_version
    JOIN customers c ON c.tenant_id = v.tenant_id AND c.customer_id = v.customer_id
    JOIN customer_keys k ON k.tenant_id = v.tenant_id AND k.key_id = v.key_id`,
};

/** One version of each of these records, in any order. */
export const findVersionsOfRecords = (
  db: Database,
  tenantId: string,
  wanted: readonly { id: string; version: number }[],
): Promise<FoundRecord[]> =>
  db.single(tenantId, readMany, [tenantId, wanted.map(({ id }) => id), wanted.map(({ version }) => version)]);
