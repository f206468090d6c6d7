import type { Context } from '../../context.ts';
import type { ConfigurationDocument } from '../../contract/configuration-snapshot.ts';
import { OnfileError } from '../../errors.ts';
import { findSandboxOf } from '../../store/sandboxes.ts';
import { tenantContext } from '../tenants/context.ts';
import { isTenantId } from '../tenants/tenant-id.ts';

/** The id is another tenant's, or of one that is no sandbox: which, and whose, is nobody's business. */
const taken = () => new OnfileError('errormessage.tenant.exists', { reference: 'tenant_id' });

/** Whether the caller's tenant has a sandbox of this id. Throws 409 when the id is of any other tenant. */
export async function hasSandbox(ctx: Pick<Context, 'db' | 'tenant'>, tenantId: string): Promise<boolean> {
  const sandboxOf = isTenantId(tenantId) ? await findSandboxOf(ctx.db, tenantId) : undefined;
  if (sandboxOf === undefined) return false;
  if (sandboxOf !== ctx.tenant.tenantId) throw taken();
  return true;
}

/** The context of the same caller in a sandbox of its tenant, which must be there. */
export async function sandboxContext(ctx: Context, tenantId: string): Promise<Context> {
  if (!(await hasSandbox(ctx, tenantId))) throw taken();
  const { traceId, sourceAddress } = ctx;
  return { ...(await tenantContext(ctx, tenantId, ctx.caller)), traceId, sourceAddress };
}

/** The configuration as a sandbox has it: its accounts are at the simulated gateway, and name no real one. */
export const sandboxDocument = (document: ConfigurationDocument, name?: string): ConfigurationDocument => ({
  ...document,
  settings: { ...document.settings, ...(name === undefined ? {} : { name }) },
  merchant_accounts: document.merchant_accounts.map((account) => ({
    ...account,
    processor_service: 'simulated',
    processor_account_id: account.id,
  })),
});
