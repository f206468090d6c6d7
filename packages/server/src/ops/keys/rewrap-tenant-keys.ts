import type { Caller, Services } from '../../context.ts';
import { listTenantKeys, type WrappedTenantKey } from '../../store/keys.ts';
import { updateKeyWrapping } from '../../store/tenant-key-wrapping.ts';
import { insertTrail } from '../../store/trail.ts';
import { tenantContext } from '../tenants/context.ts';
import { trailOf } from '../trail.ts';

type Rewrapped = WrappedTenantKey & { wrappedByBefore: string };

/**
 * Wraps those of a tenant's keys by the current master key that another one wrapped, in one transaction with an entry of
 * the audit. Answers how many there were, and how many of them this run stored.
 */
export async function rewrapTenantKeys(
  services: Services,
  caller: Caller,
  tenantId: string,
  masterKeyId: string,
): Promise<{ found: number; rewrapped: number }> {
  const stored = await listTenantKeys(services.db, tenantId);
  const others = stored.filter(({ wrappedBy }) => wrappedBy !== masterKeyId);
  if (others.length === 0) return { found: 0, rewrapped: 0 };
  const keys = await Promise.all(others.map((key) => rewrap(services, tenantId, key)));
  const ctx = await tenantContext(services, tenantId, caller);
  const trail = trailOf(ctx, {
    action: 'tenant_keys.rewrapped',
    at: ctx.now(),
    subject: { kind: 'master_key', id: masterKeyId },
  });
  const rewrapped = await services.db.transaction(tenantId, async (tx) => {
    let updated = 0;
    for (const key of keys) if (await updateKeyWrapping(tx, key)) updated += 1;
    if (updated > 0) await insertTrail(tx, trail);
    return updated;
  });
  return { found: others.length, rewrapped };
}

async function rewrap({ masterKey }: Services, tenantId: string, key: WrappedTenantKey): Promise<Rewrapped> {
  const opened = await masterKey.unwrap(key, tenantId, key.keyId);
  const clear = opened.export();
  const wrapped = await masterKey.wrap(clear, tenantId, key.keyId);
  clear.fill(0);
  return { ...key, ...wrapped, wrappedByBefore: key.wrappedBy };
}
