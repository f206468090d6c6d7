import type { Context } from '../../context.ts';
import { OnfileError } from '../../errors.ts';
import { type FoundCustomer, findCustomer } from '../../store/customers.ts';

/** The row of a contact. Throws 404 when the tenant has none of that id. */
export async function findContact(ctx: Pick<Context, 'db' | 'tenant'>, id: string): Promise<FoundCustomer> {
  const row = await findCustomer(ctx.db, ctx.tenant.tenantId, { contactId: id });
  if (!row) throw new OnfileError('errormessage.contact.not.found');
  return row;
}
