import type { Context } from '../../context.ts';
import type { MerchantAccount } from '../../contract/merchant-account.ts';
import type { Page, PageQuery } from '../../contract/records-dialect.ts';
import { listMerchantAccounts as readMerchantAccounts } from '../../store/merchant-accounts.ts';
import { operation } from '../operation.ts';
import { readPage } from '../page.ts';
import { presentMerchantAccount } from './fields.ts';

/** The tenant's merchant accounts, active or not, in the order of their ids: the oldest first. */
export const listMerchantAccounts = operation(
  'MERCHANT_ACCOUNT_READ',
  (ctx: Context, query: PageQuery): Promise<Page<MerchantAccount>> =>
    readPage(query, {
      read: (after, limit) => readMerchantAccounts(ctx.db, ctx.tenant.tenantId, after, limit),
      keyOf: (row) => row.merchant_account_id,
      present: presentMerchantAccount,
    }),
);
