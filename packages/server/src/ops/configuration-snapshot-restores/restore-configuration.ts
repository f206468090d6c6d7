import type { Context } from '../../context.ts';
import type { ConfigurationDocument, RestoreConflict, RestoreCounts } from '../../contract/configuration-snapshot.ts';
import { readConfiguration } from '../../store/configuration.ts';
import { type ConfigurationChange, configurationChanges } from './configuration-changes.ts';
import { conflictOf } from './ledger.ts';

/**
 * Makes the tenant's configuration the wanted one. What is refused is tried again as long as anything else succeeds,
 * because definitions refer to each other; answers what was refused in the end.
 *
 * @param apply makes and commits one change; throws what its operation throws
 */
export async function restoreConfiguration(
  ctx: Pick<Context, 'db' | 'tenant' | 'forgetCustomFields'>,
  wanted: ConfigurationDocument,
  apply: (change: ConfigurationChange) => Promise<void>,
): Promise<RestoreConflict[]> {
  const { tenantId } = ctx.tenant;
  let open = configurationChanges(await readConfiguration(ctx.db, tenantId), wanted);
  for (;;) {
    const refused: ConfigurationChange[] = [];
    const conflicts: RestoreConflict[] = [];
    for (const change of open) {
      try {
        await apply(change);
      } catch (error) {
        conflicts.push(conflictOf(error, change));
        refused.push(change);
      }
    }
    // Only now it is committed; records that follow are written by the new definitions.
    ctx.forgetCustomFields(tenantId);
    if (refused.length === 0 || refused.length === open.length) return conflicts;
    open = refused;
  }
}

/** Under which name a change of each resource is counted. */
export const countOf = {
  settings: 'settings',
  custom_field: 'custom_fields',
  merchant_account: 'merchant_accounts',
} as const satisfies Record<ConfigurationChange['resource'], keyof RestoreCounts>;
