import type { Context } from '../../context.ts';
import type { MerchantAccountRow } from '../../store/merchant-accounts.ts';
import type { Trail } from '../../store/trail.ts';
import { trailOf } from '../trail.ts';
import { presentMerchantAccount } from './fields.ts';

/** The trail of a change. The details name no customer, so they are sealed under the tenant's own key. */
export const merchantAccountTrail = (
  ctx: Context,
  change: {
    action: 'merchant_account.created' | 'merchant_account.updated' | 'merchant_account.deactivated';
    before: MerchantAccountRow | null;
    after: MerchantAccountRow;
    changedFields: readonly string[];
  },
): Trail => {
  const { before, after } = change;
  return trailOf(ctx, {
    action: change.action,
    at: after.modified_at,
    subject: { kind: 'merchant_account', id: after.merchant_account_id, version: after.version },
    details: {
      under: ctx.keys.wrapping,
      value: { before: before && presentMerchantAccount(before), after: presentMerchantAccount(after) },
    },
    event: { is_active: after.is_active, changed_fields: [...change.changedFields] },
  });
};
