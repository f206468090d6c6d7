import type { Context } from '../../context.ts';
import type { Erasure } from '../../contract/erasure.ts';
import { OnfileError } from '../../errors.ts';
import { findErasure } from '../../store/erasures.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { presentErasure } from '../erasures/present.ts';
import { operation } from '../operation.ts';

/** How far the erasure of a contact has got. Throws 404 for a contact that was never erased. */
export const getErasure = operation('CONTACT_READ', async (ctx: Context, { id }: { id: string }): Promise<Erasure> => {
  refuseLimitedCaller(ctx, 'CONTACT_READ');
  const row = await findErasure(ctx.db, ctx.tenant.tenantId, id);
  if (!row) throw new OnfileError('errormessage.contact.not.found');
  return presentErasure(row);
});
