import type { Context } from '../../context.ts';
import type { SandboxOrder, SnapshotRestore } from '../../contract/configuration-snapshot.ts';
import type { Secret } from '../../crypto/secret.ts';
import { OnfileError } from '../../errors.ts';
import type { SnapshotRow } from '../../store/configuration-snapshots.ts';
import { markSandbox } from '../../store/sandboxes.ts';
import { createApiKey } from '../api-keys/create.ts';
import { createClient } from '../clients/create.ts';
import { orderRestore, requireRestoreScopes } from '../configuration-snapshot-restores/order.ts';
import { hasSandbox, sandboxContext } from '../configuration-snapshot-restores/sandbox.ts';
import { checkName } from '../display-name.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { operation } from '../operation.ts';
import { createTenant } from '../tenants/create.ts';
import { storedSettings } from '../tenants/settings-content.ts';
import { checkNewTenantId } from '../tenants/tenant-id.ts';
import { findSnapshot } from './find.ts';

export type CreatedSandbox = {
  restore: SnapshotRestore;
  tenantId: string;
  /** Shown this once, like the client's secret. */
  apiKey: Secret<string>;
  clientId: string;
  clientSecret: Secret<string>;
};

/**
 * Orders a tenant in test mode that is filled from a snapshot, or one of this tenant's to be filled again; either with
 * new credentials that have the caller's scopes. Throws 404 for an unknown snapshot, 409 for the id of any other tenant.
 */
export const createSandbox = operation(
  'SNAPSHOT_WRITE',
  async (ctx: Context, { id, body }: { id: string; body: SandboxOrder }): Promise<CreatedSandbox> => {
    const { tenant_id: tenantId, name, with_records: withRecords = false } = body;
    requireRestoreScopes(ctx, withRecords);
    checkNewTenantId(tenantId, 'tenant_id');
    if (name !== undefined) checkName(name);
    const snapshot = await findSnapshot(ctx, id);
    if (!(await hasSandbox(ctx, tenantId))) await addSandbox(ctx, snapshot, tenantId, name);
    const sandbox = await sandboxContext(ctx, tenantId);
    // Whoever lost the answer to an earlier order, and its credentials with it, gets others by ordering again.
    const granted = { name: 'Sandbox', scopes: [...ctx.caller.scopes] };
    const { apiKey } = await createApiKey(sandbox, { ...granted, expiresAt: null });
    const { clientId, clientSecret } = await createClient(sandbox, granted);
    return ctx.db.transaction(ctx.tenant.tenantId, async (tx) => {
      const restore = await orderRestore(tx, ctx, snapshot, {
        withRecords,
        dryRun: false,
        sandbox: { tenantId, ...(name === undefined ? {} : { name }) },
      });
      const created: CreatedSandbox = { restore, tenantId, apiKey, clientId, clientSecret };
      await keepAnswerIn(tx, ctx, created);
      return created;
    });
  },
);

/** Of two orders at once the later fills what the earlier made; whose tenant has the id already shows when it is opened. */
async function addSandbox(ctx: Context, { document }: SnapshotRow, tenantId: string, name?: string): Promise<void> {
  const settings = storedSettings(document.settings);
  const creation = { ...settings, ...(name === undefined ? {} : { name }), tenantId, mode: 'test' as const };
  await createTenant(ctx, creation, ctx.caller, (tx) => markSandbox(tx, ctx.tenant.tenantId)).catch(passTakenId);
}

function passTakenId(error: unknown): void {
  if (!(error instanceof OnfileError) || error.code !== 'errormessage.tenant.exists') throw error;
}
