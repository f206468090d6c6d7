import type { Context } from '../../context.ts';
import type { MerchantAccount, WrittenMerchantAccount } from '../../contract/merchant-account.ts';
import { insertMerchantAccount, type MerchantAccountRow } from '../../store/merchant-accounts.ts';
import { insertTrail } from '../../store/trail.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { checkMerchantAccount, presentMerchantAccount } from './fields.ts';
import { merchantAccountTrail } from './trail.ts';

/**
 * Adds a merchant account under an id that nobody has yet: row, trail and kept answer in one transaction. Throws 400
 * naming the fields that break a rule.
 */
export async function addMerchantAccount(
  ctx: Context,
  id: string,
  body: WrittenMerchantAccount,
): Promise<MerchantAccount> {
  checkMerchantAccount(body);
  const at = ctx.now();
  const row: MerchantAccountRow = {
    merchant_account_id: id,
    name: body.name,
    processor_service: body.processor_service ?? 'simulated',
    processor_account_id: body.processor_account_id ?? id,
    currency: body.currency ?? ctx.tenant.currency,
    is_active: body.is_active ?? true,
    version: 1,
    created_at: at,
    modified_at: at,
  };
  const shown = presentMerchantAccount(row);
  const trail = merchantAccountTrail(ctx, {
    action: 'merchant_account.created',
    before: null,
    after: row,
    changedFields: [],
  });
  return ctx.db.transaction(ctx.tenant.tenantId, async (tx) => {
    await insertMerchantAccount(tx, row);
    await insertTrail(tx, trail);
    await keepAnswerIn(tx, ctx, shown);
    return shown;
  });
}
