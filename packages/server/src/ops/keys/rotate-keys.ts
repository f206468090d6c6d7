import type { Caller, Context, Services } from '../../context.ts';
import { findUnfinishedRotation, type RotationKind } from '../../store/key-rotations.ts';
import { listTenantIds } from '../../store/tenants.ts';
import { tenantContext } from '../tenants/context.ts';
import { checkOldKeys, type OldKeyUse } from './check-old-keys.ts';
import type { DamagedRow } from './damaged.ts';
import {
  beginCustomerKeyRotation,
  type CustomerKeyRotation,
  endCustomerKeyRotation,
  followCustomerKeys,
} from './rotate-customer-keys.ts';
import { type MasterKeyRotation, rotateMasterKey } from './rotate-master-key.ts';
import { beginTenantKeyRotation, finishTenantKeyRotation, type TenantKeyRotation } from './rotate-tenant-keys.ts';
import type { RotationOptions, RotationStage } from './rotation.ts';

export type KeyPart = 'master' | 'tenant' | 'customers';

export type KeyRotation = {
  master: MasterKeyRotation | null;
  /** Whether a rotation that was under way already was finished, and no new one begun. */
  isContinued: boolean;
  tenants: TenantsRotation[];
};

export type TenantsRotation = {
  tenantId: string;
  tenant: TenantKeyRotation | null;
  customers: CustomerKeyRotation | null;
  /** What did not open, and stays under the key that it names. */
  damaged: DamagedRow[];
  /** What is under earlier keys now. */
  old: OldKeyUse;
};

type Options = {
  /** Every tenant's keys when left out. */
  tenantId?: string | undefined;
  parts: readonly KeyPart[];
  graceMs: number;
  signal: AbortSignal;
  /** Called for each stage; `tenantId` is null for the master key. */
  onProgress: (tenantId: string | null, stage: RotationStage | 'master', done: number, total: number | null) => void;
};

/**
 * Rotates keys while servers serve. State is in the database: what was interrupted is finished by the next run, which
 * then begins nothing new; two runs at once do no harm. Throws 404 for a tenant that does not exist.
 */
export async function rotateKeys(services: Services, caller: Caller, options: Options): Promise<KeyRotation> {
  const { parts, signal, onProgress } = options;
  const contexts: Context[] = [];
  const tenantIds = options.tenantId === undefined ? await listTenantIds(services.db) : [options.tenantId];
  for (const tenantId of tenantIds) contexts.push(await tenantContext(services, tenantId, caller));
  const kinds = parts.filter((part): part is RotationKind => part !== 'master');
  const isContinued = await isAnyUnfinished(contexts, kinds);
  const master = parts.includes('master')
    ? await rotateMasterKey(services, caller, { signal, onProgress: (n, of) => onProgress(null, 'master', n, of) })
    : null;
  // All are begun before the first is finished: whoever is interrupted then knows what is left of the run.
  if (!isContinued) {
    for (const ctx of contexts) for (const kind of kinds) await begin[kind](ctx);
  }
  const followed: (() => Promise<TenantsRotation>)[] = [];
  for (const ctx of contexts) followed.push(await followKeys(ctx, kinds, options));
  // Requests of all tenants are waited for at once.
  const tenants: TenantsRotation[] = [];
  for (const end of followed) tenants.push(await end());
  return { master, isContinued, tenants };
}

/** Puts the new keys of one tenant into use; what comes back ends it. */
async function followKeys(
  ctx: Context,
  kinds: readonly RotationKind[],
  { graceMs, signal, onProgress }: Options,
): Promise<() => Promise<TenantsRotation>> {
  const { tenantId } = ctx.tenant;
  const damaged = new Map<string, DamagedRow>();
  const its: RotationOptions = {
    graceMs,
    signal,
    onProgress: (stage, done, total) => onProgress(tenantId, stage, done, total),
    onDamaged: (row) => damaged.set(`${row.table} ${row.id}`, row),
  };
  const tenant = kinds.includes('tenant') ? await finishTenantKeyRotation(ctx, its) : null;
  const customers = kinds.includes('customers') ? await followCustomerKeys(ctx, its) : null;
  return async () => ({
    tenantId,
    tenant,
    customers: customers && (await endCustomerKeyRotation(ctx, customers, its)),
    damaged: [...damaged.values()],
    old: await checkOldKeys(ctx),
  });
}

const begin = { tenant: beginTenantKeyRotation, customers: beginCustomerKeyRotation };

async function isAnyUnfinished(contexts: readonly Context[], kinds: readonly RotationKind[]): Promise<boolean> {
  for (const { db, tenant } of contexts) {
    for (const kind of kinds) if (await findUnfinishedRotation(db, tenant.tenantId, kind)) return true;
  }
  return false;
}
