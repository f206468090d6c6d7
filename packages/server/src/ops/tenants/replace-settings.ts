import type { Context } from '../../context.ts';
import type { SettingsContent, TenantSettings, WrittenTenantSettings } from '../../contract/tenant-settings.ts';
import { OnfileError } from '../../errors.ts';
import { findSettingsVersion, insertSettingsVersion, updateTenantSettings } from '../../store/tenant-settings.ts';
import type { Tenant } from '../../store/tenants.ts';
import { insertTrail } from '../../store/trail.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { retryLostRace } from '../lost-race.ts';
import { operation } from '../operation.ts';
import { changedFields, failedPrecondition, preconditionError } from '../preconditions.ts';
import { trailOf } from '../trail.ts';
import { timeAfter } from '../version-time.ts';
import { ownTenant } from './own-tenant.ts';
import { checkSettings } from './rules.ts';
import { presentSettings, settingsOf, settingsVersionOf, storedSettings } from './settings-content.ts';

export type SettingsChange = { tenantId: string; body: WrittenTenantSettings; ifMatch?: string | undefined };

/**
 * Replaces the tenant's settings by a next version of them; every process serves by it within a second. Throws 400
 * naming a setting that cannot be used, 404 for another tenant's id, 409, 412 or 428 for an outdated basis.
 */
export const replaceTenantSettings = operation(
  'TENANT_WRITE',
  (ctx: Context, { tenantId, body, ifMatch }: SettingsChange): Promise<TenantSettings> =>
    retryLostRace(async () => {
      const before = await ownTenant(ctx, tenantId);
      refuseOtherIdentity(before, body);
      const after: Tenant = {
        ...before,
        ...storedSettings(body),
        version: before.version + 1,
        modifiedAt: timeAfter(ctx.now(), before.modifiedAt),
      };
      checkSettings(after);
      await checkBasis(ctx, before, { ifMatch, version: body.version });
      const shown = presentSettings(after);
      const trail = settingsTrail(ctx, settingsOf(before), after);
      return ctx.db.transaction(tenantId, async (tx) => {
        if (!(await updateTenantSettings(tx, after))) return 'lost';
        await insertSettingsVersion(tx, settingsVersionOf(after, ctx.caller));
        await insertTrail(tx, trail);
        await keepAnswerIn(tx, ctx, shown);
        return shown;
      });
    }),
);

/** What cannot be changed here must be as it is, when it is sent at all. */
function refuseOtherIdentity(tenant: Tenant, body: WrittenTenantSettings): void {
  if (body.tenantId !== undefined && body.tenantId !== tenant.tenantId) {
    throw new OnfileError('errormessage.validation.id.mismatch', { reference: 'tenantId' });
  }
  if (body.mode !== undefined && body.mode !== tenant.mode) {
    throw new OnfileError('errormessage.validation.value', { reference: 'mode' });
  }
}

async function checkBasis(
  ctx: Context,
  tenant: Tenant,
  { ifMatch, version }: { ifMatch: string | undefined; version: number | undefined },
): Promise<void> {
  const current = { sys_version: tenant.version, sys_last_modified_at: tenant.modifiedAt };
  const failure = failedPrecondition(tenant.concurrencyPolicy, current, { ifMatch, sysVersion: version });
  if (!failure) return;
  const basis = failure.basis && 'version' in failure.basis ? failure.basis.version : null;
  const known = basis === null ? null : await findSettingsVersion(ctx.db, tenant.tenantId, basis);
  const changed = known ? changedFields(known.settings, settingsOf(tenant)) : [];
  const reference = failure.reference === 'sys_version' ? 'version' : failure.reference;
  throw preconditionError({ ...failure, ...(reference && { reference }) }, current, changed);
}

const settingsTrail = (ctx: Context, before: SettingsContent, tenant: Tenant) => {
  const after = settingsOf(tenant);
  return trailOf(ctx, {
    action: 'tenant.updated',
    at: tenant.modifiedAt,
    subject: { kind: 'tenant', id: tenant.tenantId, version: tenant.version },
    details: { under: ctx.keys.wrapping, value: { before, after } },
    event: { changed_fields: changedFields(before, after) },
  });
};
