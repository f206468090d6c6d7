import type { Context } from '../../context.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import { OnfileError } from '../../errors.ts';
import { operation } from '../operation.ts';
import { openRecord, presentRecord } from './content.ts';

/** One record as it is now. Throws 404 when the tenant has none of that id. */
export const getStoredPaymentMethod = operation(
  'STORED_PAYMENT_METHOD_READ',
  async (ctx: Context, { id }: { id: string }): Promise<StoredPaymentMethod> => {
    const row = await ctx.readRecord(ctx.tenant.tenantId, id);
    if (!row) throw new OnfileError('errormessage.record.not.found');
    return presentRecord(row, row.contact_id, openRecord(ctx, row).content);
  },
);
