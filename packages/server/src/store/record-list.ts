import type { RecordFilter, RecordOrder } from '../contract/stored-payment-method-list.ts';
import type { Database } from './database.ts';
import { singleByIndex } from './plan-by-index.ts';
import { type FoundRecord, foundFrom, selectFound } from './records.ts';
import { withinBytes } from './within-bytes.ts';

/** Where in its order a record stands: the value that it is ordered by, as text in full precision, and its id. */
export type RecordPlace = { orderKey: string; id: string };
export type ListedRecord = FoundRecord & { order_key: string };

export type RecordSelection = {
  /** Instants are given as Date, for PostgreSQL does not read every way of writing them. */
  filter: Omit<RecordFilter, 'changed_since' | 'validity' | 'custom_field'> & {
    changed_since?: Date | undefined;
    /** Days, YYYY-MM-DD: from the first on, and before the second. */
    expires?: { from?: string; before?: string } | undefined;
    /** Keyed hashes of custom fields' values: one of each condition's. */
    terms?: readonly (readonly Buffer[])[] | undefined;
    /** Only those that were there at this instant. */
    created_by?: Date | undefined;
  };
  /** In the order of ids no change of a record moves it. */
  sort: RecordOrder | 'id';
  descending: boolean;
};

/** Spelt as in the index, so that it serves filter and order. */
const expiry = `coalesce(m.expires, 'infinity'::date)`;

/** Value and id come from one table, or no index holds the place. */
const orderKeys = {
  sys_created_at: { expression: 'm.sys_created_at', id: 'm.id', type: 'timestamptz' },
  sys_last_modified_at: { expression: 'v.sys_last_modified_at', id: 'v.id', type: 'timestamptz' },
  expires: { expression: expiry, id: 'm.id', type: 'date' },
  id: { expression: 'm.id', id: 'm.id', type: 'text' },
} as const satisfies Record<RecordSelection['sort'], { expression: string; id: string; type: string }>;

/** The versions are indexed by time, the records are not (migration 0007): a record's time is that of its last version. */
const lastVersions = `
    JOIN stored_payment_method_versions v ON v.tenant_id = m.tenant_id AND v.id = m.id AND v.sys_version = m.sys_version`;

/** The conditions of a filter; `bound` makes a parameter of a value and answers its name. */
function conditionsOf(filter: RecordSelection['filter'], bound: (value: unknown) => string): string[] {
  const conditions = [
    'm.tenant_id = $1',
    filter.deleted ? 'm.sys_deleted_at IS NOT NULL AND m.key_id IS NOT NULL' : 'm.sys_deleted_at IS NULL',
  ];
  if (filter.contact_id !== undefined) conditions.push(`c.contact_id = ${bound(filter.contact_id)}`);
  if (filter.type !== undefined) conditions.push(`m.type = ${bound(filter.type)}`);
  if (filter.credit_card_type !== undefined) conditions.push(`m.credit_card_type = ${bound(filter.credit_card_type)}`);
  if (filter.expiring_before !== undefined) conditions.push(`${expiry} < ${bound(filter.expiring_before)}::date`);
  if (filter.expires?.from !== undefined) conditions.push(`${expiry} >= ${bound(filter.expires.from)}::date`);
  if (filter.expires?.before !== undefined) conditions.push(`${expiry} < ${bound(filter.expires.before)}::date`);
  if (filter.changed_since) conditions.push(`v.sys_last_modified_at >= ${bound(filter.changed_since)}`);
  if (filter.created_by) conditions.push(`m.sys_created_at <= ${bound(filter.created_by)}`);
  if (filter.sys_external_id !== undefined) conditions.push(`m.sys_external_id = ${bound(filter.sys_external_id)}`);
  if (filter.sys_locked !== undefined) conditions.push(filter.sys_locked ? 'm.sys_locked' : 'm.sys_locked IS NOT TRUE');
  for (const term of filter.terms ?? []) {
    conditions.push(`EXISTS (
      SELECT FROM custom_field_terms t WHERE t.tenant_id = $1 AND t.record_id = m.id AND t.term = ANY (${bound(term)}::bytea[]))`);
  }
  return conditions;
}

/**
 * The tenant's records that pass the filter, in order, after a place; null starts at the beginning. They may be fewer
 * than the limit though others follow, see `mayBeCut`; none are answered at the end alone.
 */
export function listRecords(
  db: Database,
  tenantId: string,
  { filter, sort, descending }: RecordSelection,
  after: RecordPlace | null,
  limit: number,
): Promise<ListedRecord[]> {
  const values: unknown[] = [tenantId];
  const bound = (value: unknown): string => `$${values.push(value)}`;
  const { expression, id, type } = orderKeys[sort];
  const conditions = conditionsOf(filter, bound);
  if (after) {
    const comparison = descending ? '<' : '>';
    conditions.push(`(${expression}, ${id}) ${comparison} (${bound(after.orderKey)}::${type}, ${bound(after.id)})`);
  }
  const byTime = sort === 'sys_last_modified_at' || filter.changed_since !== undefined;
  const direction = descending ? 'DESC' : 'ASC';
  // Without a name it is planned each time, with the values: which index is best depends on them.
  const statement = {
    name: '',
    text: withinBytes(
      `${selectFound('m')}, ${expression}::text AS order_key
    ${foundFrom}${byTime ? lastVersions : ''}
    WHERE ${conditions.join(' AND ')}
    ORDER BY ${expression} ${direction}, ${id} ${direction}
    LIMIT ${bound(limit)}`,
      `order_key::${type} ${direction}, id ${direction}`,
    ),
  };
  return singleByIndex<ListedRecord>(db, tenantId, statement, values);
}

/** How many of the tenant's records pass the filter. */
export async function countRecords(db: Database, tenantId: string, filter: RecordSelection['filter']): Promise<number> {
  const values: unknown[] = [tenantId];
  const conditions = conditionsOf(filter, (value) => `$${values.push(value)}`);
  const statement = {
    name: '',
    text: `SELECT count(*) AS found
    FROM stored_payment_methods m
    JOIN customers c ON c.tenant_id = m.tenant_id AND c.customer_id = m.customer_id${
      filter.changed_since === undefined ? '' : lastVersions
    }
    WHERE ${conditions.join(' AND ')}`,
  };
  const [row] = await singleByIndex<{ found: number }>(db, tenantId, statement, values);
  return row?.found ?? 0;
}
