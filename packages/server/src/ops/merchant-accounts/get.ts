import type { Context } from '../../context.ts';
import type { MerchantAccount } from '../../contract/merchant-account.ts';
import { operation } from '../operation.ts';
import { presentMerchantAccount } from './fields.ts';
import { findMerchantAccount } from './find.ts';

/** One merchant account, active or not. Throws 404 when the tenant has none of that id. */
export const getMerchantAccount = operation(
  'MERCHANT_ACCOUNT_READ',
  async (ctx: Context, { id }: { id: string }): Promise<MerchantAccount> =>
    presentMerchantAccount(await findMerchantAccount(ctx, id)),
);
