import type { Context } from '../../context.ts';
import type { Page } from '../../contract/records-dialect.ts';
import type { PickedRecord, RecordOrder, StoredPaymentMethodQuery } from '../../contract/stored-payment-method-list.ts';
import { listRecords, type RecordSelection } from '../../store/record-list.ts';
import { mayBeCut } from '../../store/within-bytes.ts';
import { mayKnowContact } from '../contact-limit.ts';
import { operation } from '../operation.ts';
import { readPage } from '../page.ts';
import { openRecord, presentOpened } from './content.ts';
import { openCursor, sealCursor } from './list-cursor.ts';
import { readFields } from './picked-fields.ts';
import { storedFilter } from './record-filter.ts';

/**
 * The tenant's records that pass a filter, page by page. Each page starts after the last record of the one before, so
 * that a walk in the order of creation misses and repeats nothing whatever is written meanwhile; in another order, a
 * record that moves is met where it then stands. Throws 400 for a key of another list.
 */
export const listStoredPaymentMethods = operation(
  'STORED_PAYMENT_METHOD_READ',
  async (ctx: Context, query: StoredPaymentMethodQuery): Promise<Page<PickedRecord>> => {
    const { tenantId } = ctx.tenant;
    const pick = readFields(query.fields);
    const contact = query.contact_id ?? ctx.caller.contactId;
    const { selection, list } = await selectionOf(ctx, { ...query, contact_id: contact });
    return readPage(query, {
      read: async (after, limit) => {
        const place = after === '' ? null : openCursor(ctx, list, after);
        if (contact !== undefined && !mayKnowContact(ctx, contact)) return [];
        return listRecords(ctx.db, tenantId, selection, place, limit);
      },
      keyOf: (row) => sealCursor(ctx, list, { orderKey: row.order_key, id: row.id }),
      present: (row) => pick(presentOpened(openRecord(ctx, row))),
      mayBeCut,
    });
  },
);

const sortedEntries = (filter: object) =>
  Object.entries(filter)
    .filter(([, value]) => value !== undefined)
    .toSorted(([one], [another]) => one.localeCompare(another));

/** What the query selects, and its name for the keys of its pages: the same however the query is written. */
async function selectionOf(
  ctx: Context,
  query: StoredPaymentMethodQuery,
): Promise<{ selection: RecordSelection; list: string }> {
  const { sort = orderOf(query), order, fields: _, limit: __, exclusiveStartKey: ___, ...given } = query;
  const { validity } = given;
  const filter = await storedFilter(ctx, given, ctx.now());
  const descending = order === 'descending';
  return {
    selection: { filter, sort, descending },
    // By its name, so that the pages of a walk go on when a validity means other days since.
    list: JSON.stringify([sortedEntries({ ...filter, expires: undefined, validity }), sort, descending]),
  };
}

/** A filter by time lists in the order of that time, which its index serves however few records pass. */
function orderOf({ changed_since, expiring_before, validity }: StoredPaymentMethodQuery): RecordOrder {
  if (changed_since !== undefined) return 'sys_last_modified_at';
  return expiring_before === undefined && validity === undefined ? 'sys_created_at' : 'expires';
}
