import { v7 as timeOrderedUuid } from 'uuid';
import type { Context } from '../../context.ts';
import type { MerchantAccount, WrittenMerchantAccount } from '../../contract/merchant-account.ts';
import { OnfileError } from '../../errors.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { operation } from '../operation.ts';
import { addMerchantAccount } from './add.ts';

/** Adds a merchant account under an id that the server makes. Throws 400 when the body brings one. */
export const createMerchantAccount = operation(
  'MERCHANT_ACCOUNT_WRITE',
  async (ctx: Context, { body }: { body: WrittenMerchantAccount }): Promise<MerchantAccount> => {
    refuseLimitedCaller(ctx, 'MERCHANT_ACCOUNT_WRITE');
    if (body.id !== undefined) {
      throw new OnfileError('errormessage.validation.server.generated', { reference: 'id' });
    }
    return addMerchantAccount(ctx, `ma_${timeOrderedUuid()}`, body);
  },
);
