import type { Context } from '../../context.ts';
import type { MerchantAccount } from '../../contract/merchant-account.ts';
import { operation } from '../operation.ts';
import { changeMerchantAccount } from './change.ts';

/**
 * Deactivates a merchant account: its tokens stay, new payment methods get none there. One that is not active is
 * answered as it is, whatever the precondition: the state asked for is there (RFC 9110, 13.1.1). Throws 404, 412 or 428.
 */
export const deactivateMerchantAccount = operation(
  'MERCHANT_ACCOUNT_WRITE',
  async (ctx: Context, { id, ifMatch }: { id: string; ifMatch?: string | undefined }): Promise<MerchantAccount> =>
    changeMerchantAccount(ctx, id, {
      action: 'merchant_account.deactivated',
      preconditions: { ifMatch },
      next: (current) => (current.is_active ? { is_active: false } : null),
    }),
);
