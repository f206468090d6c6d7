import type { Context } from '../../context.ts';
import { countFingerprintsUnderOthers } from '../../store/fingerprints.ts';
import { type CustomerKeyCounts, countCustomerKeys, countWrappedByOthers } from '../../store/key-counts.ts';
import { countSealedUnderOthers, sealedPlaces } from '../../store/sealed-for-tenant.ts';

/** How much of a tenant's is under other keys than those of now. */
export type OldKeyUse = {
  /** Wrapped, sealed or hashed under an earlier key of the tenant's; in each place where there is some. */
  tenant: Record<string, number>;
  /** Sealed under a customer's retired key; in each place where there is some. */
  customers: Record<string, number>;
  /** Retired keys of customers that are kept because details of the audit are sealed under them. */
  keptForAudit: number;
};

/** Counts what is under earlier keys. After a rotation there is nothing but details of the audit. */
export async function checkOldKeys(ctx: Context): Promise<OldKeyUse> {
  const { db, keys } = ctx;
  const { tenantId } = ctx.tenant;
  const tenant: Record<string, number> = {
    customer_keys: await countWrappedByOthers(db, tenantId, keys.wrapping.keyId),
    vault_secrets: await countFingerprintsUnderOthers(
      db,
      tenantId,
      keys.fingerprint.keyId,
      keys.every('fingerprint').at(-1)?.keyId ?? keys.fingerprint.keyId,
    ),
  };
  for (const place of sealedPlaces) {
    tenant[place] = await countSealedUnderOthers(db, tenantId, place, keys.wrapping.keyId);
  }
  const { retired, ...customers }: CustomerKeyCounts = await countCustomerKeys(db, tenantId);
  return { tenant: thoseAboveZero(tenant), customers: thoseAboveZero(customers), keptForAudit: retired };
}

const thoseAboveZero = (counts: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));

/** Whether anything but the audit is still under an earlier key. */
export const isAnyOld = ({ tenant, customers }: OldKeyUse): boolean =>
  Object.keys(tenant).length + Object.keys(customers).length > 0;
