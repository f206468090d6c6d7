import type { Context } from '../../context.ts';
import { countCurrentCustomerKeys, countCustomerKeys } from '../../store/key-counts.ts';
import { listTenantKeys, type WrappedTenantKey } from '../../store/keys.ts';

/** A tenant's key as people may know it: nothing of its bytes. */
export type ListedKey = {
  id: string;
  purpose: WrappedTenantKey['purpose'];
  /** `current` seals and hashes, `earlier` opens and verifies only, `coming` is announced and not used yet. */
  state: 'coming' | 'current' | 'earlier';
  activeFrom: Date | null;
  /** The master key that wraps it. */
  wrappedBy: string;
};

export type ListedKeys = {
  tenantId: string;
  keys: ListedKey[];
  customerKeys: { current: number; retired: number; oldest: Date | null };
};

/** The keys of a tenant, by purpose, the newest last; of the customers' keys how many there are. */
export async function listKeys(ctx: Context): Promise<ListedKeys> {
  const { db, keys } = ctx;
  const { tenantId } = ctx.tenant;
  const rows = await listTenantKeys(db, tenantId);
  const stateOf = ({ keyId, purpose, activeFrom }: WrappedTenantKey): ListedKey['state'] => {
    if (keyId === keys[purpose].keyId) return 'current';
    return activeFrom && activeFrom > ctx.now() ? 'coming' : 'earlier';
  };
  const { keys: current, oldest } = await countCurrentCustomerKeys(db, tenantId);
  const { retired } = await countCustomerKeys(db, tenantId);
  return {
    tenantId,
    keys: rows
      .map((row) => ({
        id: row.keyId,
        purpose: row.purpose,
        state: stateOf(row),
        activeFrom: row.activeFrom ?? null,
        wrappedBy: row.wrappedBy,
      }))
      .toSorted((one, other) => one.purpose.localeCompare(other.purpose)),
    customerKeys: { current, retired, oldest },
  };
}
