import type { Context } from '../../context.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import { operation } from '../operation.ts';
import { presentOpened } from './content.ts';
import { findRecord } from './find.ts';

/** One record as it is now. Throws 404 when the tenant has none of that id that the caller may know. */
export const getStoredPaymentMethod = operation(
  'STORED_PAYMENT_METHOD_READ',
  async (ctx: Context, { id }: { id: string }): Promise<StoredPaymentMethod> =>
    presentOpened(await findRecord(ctx, id)),
);
