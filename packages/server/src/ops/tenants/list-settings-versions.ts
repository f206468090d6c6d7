import type { Context } from '../../context.ts';
import type { SliceQuery } from '../../contract/customer.ts';
import type { SettingsHistory, SettingsVersion } from '../../contract/tenant-settings.ts';
import { listSettingsVersions, type SettingsVersionRow } from '../../store/tenant-settings.ts';
import { operation } from '../operation.ts';
import { ownTenant } from './own-tenant.ts';

const defaultSliceSize = 100;

const present = (row: SettingsVersionRow): SettingsVersion => ({
  ...row.settings,
  version: row.version,
  modifiedAt: row.modifiedAt.toISOString(),
  modifiedBy: { kind: row.modifiedByKind, id: row.modifiedById },
});

/** A slice of the versions that the tenant's settings had, the newest first. Throws 404 for another tenant's id. */
export const listTenantSettingsVersions = operation(
  'TENANT_READ',
  async (ctx: Context, { tenantId, query }: { tenantId: string; query: SliceQuery }): Promise<SettingsHistory> => {
    await ownTenant(ctx, tenantId);
    const size = query.sliceSize ?? defaultSliceSize;
    const before = query.offset === undefined ? null : Number(query.offset);
    const rows = await listSettingsVersions(ctx.db, tenantId, before, size + 1);
    const slice = rows.slice(0, size);
    const last = rows.length > size ? slice.at(-1) : undefined;
    return {
      result: slice.map(present),
      ...(last ? { offset: String(last.version) } : {}),
      hasNext: last !== undefined,
    };
  },
);
