import type { Database, Transaction } from './database.ts';
import { type FoundRecord, foundFrom, selectFound } from './records.ts';
import { withinBytes } from './within-bytes.ts';

const readPresent = {
  name: 'read-present-records',
  text: withinBytes(
    `${selectFound('m')}
    ${foundFrom}
    WHERE m.tenant_id = $1 AND m.id > $2 AND m.sys_deleted_at IS NULL
    ORDER BY m.id
    LIMIT $3`,
    'id',
  ),
};

/** The tenant's records that are not deleted, in the order of their ids, after the given one; none at the end alone. */
export const listPresentRecords = (
  db: Database,
  tenantId: string,
  after: string,
  limit: number,
): Promise<FoundRecord[]> => db.single(tenantId, readPresent, [tenantId, after, limit]);

const readTerms = {
  name: 'read-custom-field-terms',
  text: 'SELECT record_id, term FROM custom_field_terms WHERE tenant_id = $1 AND record_id = ANY ($2::text[])',
};

/** The keyed hashes that these records are found by. */
export const listTerms = (
  db: Database,
  tenantId: string,
  recordIds: readonly string[],
): Promise<{ record_id: string; term: Buffer }[]> => db.single(tenantId, readTerms, [tenantId, recordIds]);

const replaceTerms = {
  name: 'replace-custom-field-terms',
  text: `
    WITH input AS MATERIALIZED (
      SELECT * FROM json_to_recordset($2::json) AS i (id text, sys_version integer, terms text[])
    ),
    held AS MATERIALIZED (
      SELECT m.id, i.terms
      FROM input i
      JOIN stored_payment_methods m ON m.tenant_id = $1 AND m.id = i.id AND m.sys_version = i.sys_version
      ORDER BY m.id
      FOR NO KEY UPDATE OF m
    ),
    earlier AS (
      DELETE FROM custom_field_terms t
      USING held h
      WHERE t.tenant_id = $1 AND t.record_id = h.id AND encode(t.term, 'base64') <> ALL (h.terms)
    ),
    later AS (
      INSERT INTO custom_field_terms (tenant_id, record_id, term)
      SELECT $1, h.id, decode(term, 'base64')
      FROM held h
      CROSS JOIN LATERAL unnest(h.terms) AS term
      ON CONFLICT DO NOTHING
    )
    SELECT id FROM held`,
};

/** What records are to be found by, of each that still has the version; answers their ids. Makes no version. */
export async function replaceRecordTerms(
  tx: Transaction,
  records: readonly { id: string; version: number; terms: readonly Buffer[] }[],
): Promise<ReadonlySet<string>> {
  if (records.length === 0) return new Set();
  const input = records.map(({ id, version, terms }) => ({
    id,
    sys_version: version,
    terms: terms.map((term) => term.toString('base64')),
  }));
  const rows = await tx.query<{ id: string }>(replaceTerms, [tx.tenantId, JSON.stringify(input)]);
  return new Set(rows.map(({ id }) => id));
}
