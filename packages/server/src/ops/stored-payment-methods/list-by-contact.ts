import type { Context } from '../../context.ts';
import type { Page, PageQuery } from '../../contract/records-dialect.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import { findCustomer } from '../../store/customers.ts';
import { listCustomersRecords } from '../../store/records.ts';
import { mayBeCut } from '../../store/within-bytes.ts';
import { mayKnowContact } from '../contact-limit.ts';
import { operation } from '../operation.ts';
import { readPage } from '../page.ts';
import { openRecord, presentOpened } from './content.ts';

/** A contact's records in the order of their ids. A contact that does not exist has none, as upstream answers. */
export const listContactsStoredPaymentMethods = operation(
  'STORED_PAYMENT_METHOD_READ',
  async (ctx: Context, input: { contactId: string; query: PageQuery }): Promise<Page<StoredPaymentMethod>> => {
    const { tenantId } = ctx.tenant;
    const customer = await findCustomer(ctx.db, tenantId, { contactId: input.contactId });
    if (!customer || !mayKnowContact(ctx, customer.contact_id)) return { Count: 0, Items: [] };
    return readPage(input.query, {
      read: (after, limit) => listCustomersRecords(ctx.db, tenantId, customer.customer_id, after, limit),
      keyOf: (row) => row.id,
      present: (row) => presentOpened(openRecord(ctx, row)),
      mayBeCut,
    });
  },
);
