import type { Context } from '../../context.ts';
import type { Contact } from '../../contract/contact.ts';
import type { Page, PageQuery } from '../../contract/records-dialect.ts';
import { listCustomers } from '../../store/customers.ts';
import { openCustomer } from '../customers/content.ts';
import { operation } from '../operation.ts';
import { readPage } from '../page.ts';
import { presentContact } from './fields.ts';

/** The tenant's contacts, active or not, in the order of their ids: the oldest first. */
export const listContacts = operation(
  'CONTACT_READ',
  (ctx: Context, query: PageQuery): Promise<Page<Contact>> =>
    readPage(query, {
      read: (after, limit) => listCustomers(ctx.db, ctx.tenant.tenantId, after, limit),
      keyOf: (row) => row.contact_id,
      present: (row) => presentContact(row, openCustomer(ctx, row).person),
    }),
);
