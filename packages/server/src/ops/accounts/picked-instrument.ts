import type { Context } from '../../context.ts';
import type { PaymentRequestRow } from '../../store/payment-requests.ts';
import { findVersion } from '../../store/records.ts';
import { type OpenedRecord, openRecord } from '../stored-payment-methods/content.ts';
import { numberFields } from '../stored-payment-methods/rules.ts';

/**
 * Whether a record still holds the instrument that the customer was shown when picking it: what derives from the number
 * is the same, as are the mandate and at least one gateway token.
 */
export async function isInstrumentThatWasPicked(
  ctx: Context,
  request: Pick<PaymentRequestRow, 'chosen_method_version'>,
  { row, content }: OpenedRecord,
): Promise<boolean> {
  const { chosen_method_version: version } = request;
  if (version === null || version === row.sys_version) return true;
  const found = await findVersion(ctx.db, ctx.tenant.tenantId, row.id, { version });
  if (!found) return false;
  const shown = openRecord(ctx, found);
  const tokens = new Set(shown.content.merchant_account_tokens.map(({ token }) => token));
  return (
    numberFields.every((field) => row[field] === shown.row[field]) &&
    content.mandate?.reference === shown.content.mandate?.reference &&
    content.merchant_account_tokens.some(({ token }) => tokens.has(token))
  );
}
