import type { Context } from '../../context.ts';
import type { Erasure } from '../../contract/erasure.ts';
import { OnfileError } from '../../errors.ts';
import { findCustomer } from '../../store/customers.ts';
import { findErasure } from '../../store/erasures.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { eraseCustomer } from '../erasures/erase-customer.ts';
import { presentErasure } from '../erasures/present.ts';
import { registerErasure } from '../erasures/register.ts';
import { operation } from '../operation.ts';

/**
 * Erases a contact for good: nobody can read its data any more when this resolves. One that is erased already is answered
 * as it is. Throws 404 for an id that no contact has or had, 409 while one of its records is locked.
 */
export const eraseContact = operation(
  'CONTACT_ERASE',
  async (ctx: Context, { id }: { id: string }): Promise<Erasure> => {
    refuseLimitedCaller(ctx, 'CONTACT_ERASE');
    const { tenantId } = ctx.tenant;
    const customer = await findCustomer(ctx.db, tenantId, { contactId: id });
    const options = { heedsLocks: true, present: presentErasure };
    const erased = customer && (await eraseCustomer(ctx, customer.customer_id, options));
    // Should that fail now, the sweep does it: the erasure is not finished before.
    if (erased) await registerErasure(ctx, erased).catch(() => undefined);
    const row = erased ?? (await findErasure(ctx.db, tenantId, id));
    if (!row) throw new OnfileError('errormessage.contact.not.found');
    return presentErasure(row);
  },
);
