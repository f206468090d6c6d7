import type { Database } from './database.ts';
import { type FoundRecord, selectFound } from './records.ts';
import { withinBytes } from './within-bytes.ts';

const readIds = {
  name: 'read-record-ids-page',
  text: withinBytes(
    `
      SELECT m.id, octet_length(m.sealed) + coalesce(octet_length(v.sealed), 0) AS bytes
      FROM stored_payment_methods m
      LEFT JOIN LATERAL (
        SELECT w.sealed FROM stored_payment_method_versions w
        WHERE w.tenant_id = m.tenant_id AND w.id = m.id AND w.sys_last_modified_at <= $3
        ORDER BY w.sys_version DESC
        LIMIT 1
      ) v ON true
      WHERE m.tenant_id = $1 AND m.id > $2
      ORDER BY m.id
      LIMIT $4`,
    'id',
    'page.bytes',
  ),
};

/**
 * Ids of records, deleted or not, in their order, after the given one ('' for the first page); none at the end alone. No
 * more than can be worked on together, each as it is now and as it was at an instant.
 */
export async function listRecordIds(
  db: Database,
  tenantId: string,
  { after, instant, limit }: { after: string; instant: Date; limit: number },
): Promise<string[]> {
  const rows = await db.single<{ id: string }>(tenantId, readIds, [tenantId, after, instant, limit]);
  return rows.map(({ id }) => id);
}

/** The subquery walks the primary key backwards, once per record. */
const readAtInstant = {
  name: 'read-records-at-instant',
  text: `${selectFound('v')}
    FROM stored_payment_methods m
    JOIN stored_payment_method_versions v ON v.tenant_id = m.tenant_id AND v.id = m.id AND v.sys_version = (
      SELECT max(w.sys_version) FROM stored_payment_method_versions w
      WHERE w.tenant_id = m.tenant_id AND w.id = m.id AND w.sys_last_modified_at <= $3)
    JOIN customers c ON c.tenant_id = v.tenant_id AND c.customer_id = v.customer_id
    JOIN customer_keys k ON k.tenant_id = v.tenant_id AND k.key_id = v.key_id
    WHERE m.tenant_id = $1 AND m.id = ANY ($2::text[])`,
};

/** The versions that were current at an instant, in any order; a record that did not exist then is left out. */
export const findRecordsAtInstant = (
  db: Database,
  tenantId: string,
  ids: readonly string[],
  instant: Date,
): Promise<FoundRecord[]> => db.single(tenantId, readAtInstant, [tenantId, ids, instant]);
