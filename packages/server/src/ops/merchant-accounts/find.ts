import type { Context } from '../../context.ts';
import { OnfileError } from '../../errors.ts';
import { type MerchantAccountRow, findMerchantAccount as readMerchantAccount } from '../../store/merchant-accounts.ts';

/** The row of an account. Throws 404 when the tenant has none of that id. */
export async function findMerchantAccount(
  ctx: Pick<Context, 'db' | 'tenant'>,
  id: string,
): Promise<MerchantAccountRow> {
  const row = await readMerchantAccount(ctx.db, ctx.tenant.tenantId, id);
  if (!row) throw new OnfileError('errormessage.merchant.account.not.found');
  return row;
}
