import type { Context } from '../../context.ts';
import type { MerchantAccount } from '../../contract/merchant-account.ts';
import { type MerchantAccountRow, updateMerchantAccount as writeVersion } from '../../store/merchant-accounts.ts';
import { insertTrail } from '../../store/trail.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { retryLostRace } from '../lost-race.ts';
import { changedFields, type Preconditions, requirePreconditions } from '../preconditions.ts';
import { timeAfter } from '../version-time.ts';
import { presentMerchantAccount } from './fields.ts';
import { findMerchantAccount } from './find.ts';
import { merchantAccountTrail } from './trail.ts';

type Settled = Pick<
  MerchantAccountRow,
  'name' | 'processor_service' | 'processor_account_id' | 'currency' | 'is_active'
>;

export type MerchantAccountChange = {
  action: 'merchant_account.updated' | 'merchant_account.deactivated';
  preconditions: Preconditions;
  /** What changes; null leaves the account as it is, without a new version. */
  next: (current: MerchantAccountRow) => Partial<Settled> | null;
};

/**
 * Makes the next version of a merchant account: row, trail and kept answer in one transaction, if every precondition
 * holds. Throws 404 for an unknown id, 409, 412 or 428 for an outdated basis.
 */
export function changeMerchantAccount(
  ctx: Context,
  id: string,
  change: MerchantAccountChange,
): Promise<MerchantAccount> {
  refuseLimitedCaller(ctx, 'MERCHANT_ACCOUNT_WRITE');
  return retryLostRace(async () => {
    const before = await findMerchantAccount(ctx, id);
    const { version } = before;
    const next = change.next(before);
    if (!next) return presentMerchantAccount(before);
    const at = timeAfter(ctx.now(), before.modified_at);
    const after: MerchantAccountRow = { ...before, ...next, version: version + 1, modified_at: at };
    const shown = presentMerchantAccount(after);
    const changed = changedFields(presentMerchantAccount(before), shown);
    const current = { sys_version: version, sys_last_modified_at: before.modified_at };
    requirePreconditions(ctx, current, change.preconditions, changed);
    const trail = merchantAccountTrail(ctx, { action: change.action, before, after, changedFields: changed });
    return ctx.db.transaction(ctx.tenant.tenantId, async (tx) => {
      if (!(await writeVersion(tx, { ...after, version }, at))) return 'lost';
      await insertTrail(tx, trail);
      await keepAnswerIn(tx, ctx, shown);
      return shown;
    });
  });
}
