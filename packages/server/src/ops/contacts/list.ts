import type { Context } from '../../context.ts';
import type { Contact } from '../../contract/contact.ts';
import type { Page, PageQuery } from '../../contract/records-dialect.ts';
import { type FoundCustomer, findCustomer, listCustomers } from '../../store/customers.ts';
import { openCustomer } from '../customers/content.ts';
import { operation } from '../operation.ts';
import { readPage } from '../page.ts';
import { presentContact } from './fields.ts';

/**
 * The tenant's contacts, active or not, in the order of their ids: the oldest first. A caller who is limited to one
 * contact sees that one.
 */
export const listContacts = operation(
  'CONTACT_READ',
  (ctx: Context, query: PageQuery): Promise<Page<Contact>> =>
    readPage(query, {
      read: (after, limit) => readContacts(ctx, after, limit),
      keyOf: (row) => row.contact_id,
      present: (row) => presentContact(row, openCustomer(ctx, row).person),
    }),
);

async function readContacts(ctx: Context, after: string, limit: number): Promise<FoundCustomer[]> {
  const { tenantId } = ctx.tenant;
  const { contactId } = ctx.caller;
  if (contactId === undefined) return listCustomers(ctx.db, tenantId, after, limit);
  const own = contactId > after ? await findCustomer(ctx.db, tenantId, { contactId }) : null;
  return own ? [own] : [];
}
