import type { Context } from '../../context.ts';
import { createCustomField } from '../custom-fields/create.ts';
import { retireCustomField } from '../custom-fields/retire.ts';
import { updateCustomField } from '../custom-fields/update.ts';
import { addMerchantAccount } from '../merchant-accounts/add.ts';
import { deactivateMerchantAccount } from '../merchant-accounts/deactivate.ts';
import { updateMerchantAccount } from '../merchant-accounts/update.ts';
import { entityTag } from '../preconditions.ts';
import { replaceTenantSettings } from '../tenants/replace-settings.ts';
import type { ConfigurationChange } from './configuration-changes.ts';

/**
 * Makes one change by the operation that would make it by hand: with its rules, scope, audit and event. Throws what that
 * throws, 412 too when the thing is no longer as it was read.
 */
export async function applyChange(ctx: Context, change: ConfigurationChange): Promise<void> {
  switch (change.resource) {
    case 'settings': {
      const { tenantId } = ctx.tenant;
      await replaceTenantSettings(ctx, { tenantId, body: change.to, ifMatch: entityTag(change.version) });
      return;
    }
    case 'custom_field':
      return applyToField(ctx, change);
    case 'merchant_account':
      return applyToAccount(ctx, change);
  }
}

type ChangeOf<Resource> = Extract<ConfigurationChange, { resource: Resource }>;

/** Values that break the definition are no reason to refuse it: it held before, and records may follow. */
const acceptBrokenValues = true;

async function applyToField(ctx: Context, { id, version, to }: ChangeOf<'custom_field'>): Promise<void> {
  if (version === null) {
    await createCustomField(ctx, { body: to, acceptBrokenValues });
    return;
  }
  const ifMatch = entityTag(version);
  if (to === 'inactive') await retireCustomField(ctx, { id, ifMatch });
  else await updateCustomField(ctx, { id, body: to, ifMatch, acceptBrokenValues });
}

async function applyToAccount(ctx: Context, { id, version, to }: ChangeOf<'merchant_account'>): Promise<void> {
  if (version === null) {
    await addMerchantAccount(ctx, id, to);
    return;
  }
  const ifMatch = entityTag(version);
  if (to === 'inactive') await deactivateMerchantAccount(ctx, { id, ifMatch });
  else await updateMerchantAccount(ctx, { id, body: to, ifMatch });
}
