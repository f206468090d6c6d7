import type { Context } from '../../context.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import { recordRead } from '../audit/record-read.ts';
import { operation } from '../operation.ts';
import { recordAsOf } from './as-of.ts';
import { type OpenedRecord, presentOpened } from './content.ts';
import { findRecord } from './find.ts';

/**
 * One record as it is now, or as it was in a version or at an instant. Throws 404 when the tenant has none of that id
 * that the caller may know, or had none then.
 */
export const getStoredPaymentMethod = operation(
  'STORED_PAYMENT_METHOD_READ',
  async (ctx: Context, { id, asOf }: { id: string; asOf?: string | undefined }): Promise<StoredPaymentMethod> =>
    presentOpened(asOf === undefined ? await findRecord(ctx, id) : await auditedVersion(ctx, id, asOf)),
);

/** What a record was may be what its owner had erased from it: looking back is audited, as reading it now is not. */
async function auditedVersion(ctx: Context, id: string, asOf: string): Promise<OpenedRecord> {
  const opened = await recordAsOf(ctx, id, asOf);
  const subject = { kind: 'stored_payment_method', id, version: opened.row.sys_version };
  await recordRead(ctx, 'stored_payment_method.history_read', subject);
  return opened;
}
