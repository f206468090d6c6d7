import { type FoundCustomer, foundCustomer } from './customers.ts';
import type { Database } from './database.ts';
import { queryByIndex } from './plan-by-index.ts';
import { type FoundRecord, foundFrom, selectFound } from './records.ts';
import { mayBeCut, withinBytes } from './within-bytes.ts';

/** What rows of a file name. */
export type Named = { ids: readonly string[]; externalIds: readonly string[]; contactIds: readonly string[] };

/** Those of them that are there, in any order; records that are too large to be worked on together may be missing. */
export type Looked = { records: FoundRecord[]; customers: FoundCustomer[]; mayBeCut: boolean };

const readRecords = {
  name: 'look-up-bulk-records',
  text: withinBytes(
    `${selectFound('m')}
    ${foundFrom}
    WHERE m.tenant_id = $1 AND m.id = ANY ($2::text[]) AND m.sys_deleted_at IS NULL`,
    'id',
  ),
};

const readByExternalId = {
  name: 'look-up-bulk-external-ids',
  text: withinBytes(
    `${selectFound('m')}
    ${foundFrom}
    WHERE m.tenant_id = $1 AND m.sys_external_id = ANY ($2::text[]) AND m.sys_deleted_at IS NULL`,
    'id',
  ),
};

const readCustomers = {
  name: 'look-up-bulk-contacts',
  text: `${foundCustomer} WHERE c.tenant_id = $1 AND c.contact_id = ANY ($2::text[])`,
};

/** Looks up everything that a batch of rows names, in one round trip. Deleted records are left out. */
export const lookUp = (db: Database, tenantId: string, named: Named): Promise<Looked> =>
  db.transaction(tenantId, async (tx) => {
    const [byId, byExternalId, customers] = await Promise.all([
      named.ids.length > 0 ? queryByIndex<FoundRecord>(tx, readRecords, [tenantId, named.ids]) : [],
      named.externalIds.length > 0
        ? queryByIndex<FoundRecord>(tx, readByExternalId, [tenantId, named.externalIds])
        : [],
      queryByIndex<FoundCustomer>(tx, readCustomers, [tenantId, named.contactIds]),
    ]);
    return { records: [...byId, ...byExternalId], customers, mayBeCut: mayBeCut(byId) || mayBeCut(byExternalId) };
  });

const nextIds = {
  name: 'next-customer-ids',
  text: `SELECT nextval('customer_ids') AS id FROM generate_series(1, $1::integer)`,
};

/** Fresh ids of customers, as many as asked for; a statement of its own, as sharding needs it. */
export async function nextCustomerIds(db: Database, count: number): Promise<number[]> {
  const rows = await db.untenanted<{ id: number }>(nextIds, [count]);
  return rows.map((row) => row.id);
}
