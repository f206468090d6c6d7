import type { Context } from '../../context.ts';
import { OnfileError } from '../../errors.ts';
import { type FoundCustomer, findCustomer } from '../../store/customers.ts';
import { mayKnowContact } from '../contact-limit.ts';

/** The row of a contact. Throws 404 when the tenant has none of that id that the caller may know. */
export async function findContact(ctx: Pick<Context, 'db' | 'tenant' | 'caller'>, id: string): Promise<FoundCustomer> {
  const row = await findCustomer(ctx.db, ctx.tenant.tenantId, { contactId: id });
  if (!row || !mayKnowContact(ctx, id)) throw new OnfileError('errormessage.contact.not.found');
  return row;
}
