import type { Context } from '../../context.ts';
import type { Contact } from '../../contract/contact.ts';
import { openCustomer } from '../customers/content.ts';
import { operation } from '../operation.ts';
import { presentContact } from './fields.ts';
import { findContact } from './find.ts';

/** One contact as known now, active or not. Throws 404 when the tenant has none of that id. */
export const getContact = operation('CONTACT_READ', async (ctx: Context, { id }: { id: string }): Promise<Contact> => {
  const row = await findContact(ctx, id);
  return presentContact(row, openCustomer(ctx, row).person);
});
