import type { Context } from '../../context.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import { operation } from '../operation.ts';
import { recordAsOf } from './as-of.ts';
import { presentOpened } from './content.ts';
import { findRecord } from './find.ts';

/**
 * One record as it is now, or as it was in a version or at an instant. Throws 404 when the tenant has none of that id
 * that the caller may know, or had none then.
 */
export const getStoredPaymentMethod = operation(
  'STORED_PAYMENT_METHOD_READ',
  async (ctx: Context, { id, asOf }: { id: string; asOf?: string | undefined }): Promise<StoredPaymentMethod> =>
    presentOpened(asOf === undefined ? await findRecord(ctx, id) : await recordAsOf(ctx, id, asOf)),
);
