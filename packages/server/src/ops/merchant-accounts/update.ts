import type { Context } from '../../context.ts';
import type { MerchantAccount, WrittenMerchantAccount } from '../../contract/merchant-account.ts';
import { OnfileError } from '../../errors.ts';
import { operation } from '../operation.ts';
import { changeMerchantAccount } from './change.ts';
import { checkMerchantAccount } from './fields.ts';

/**
 * Replaces a merchant account. It has no field that can be empty, so one that is left out stays as it is. Throws 404
 * for an unknown id, 409 or 412 for an outdated basis, 400 for rules.
 */
export const updateMerchantAccount = operation(
  'MERCHANT_ACCOUNT_WRITE',
  async (
    ctx: Context,
    { id, body, ifMatch }: { id: string; body: WrittenMerchantAccount; ifMatch?: string | undefined },
  ): Promise<MerchantAccount> => {
    if (body.id !== undefined && body.id !== id) {
      throw new OnfileError('errormessage.validation.id.mismatch', { reference: 'id' });
    }
    checkMerchantAccount(body);
    return changeMerchantAccount(ctx, id, {
      action: 'merchant_account.updated',
      preconditions: { ifMatch, sysVersion: body.sys_version, sysLastModifiedAt: body.sys_last_modified_at },
      next: (current) => ({
        name: body.name,
        processor_service: body.processor_service ?? current.processor_service,
        processor_account_id: body.processor_account_id ?? current.processor_account_id,
        currency: body.currency ?? current.currency,
        is_active: body.is_active ?? current.is_active,
      }),
    });
  },
);
