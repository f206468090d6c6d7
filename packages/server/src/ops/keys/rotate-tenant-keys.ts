import { randomUUID } from 'node:crypto';
import type { Context } from '../../context.ts';
import { newTenantKeys } from '../../keys/tenant-keys.ts';
import { clearEarlierFingerprints } from '../../store/fingerprints.ts';
import { beginRotation, findUnfinishedRotation, finishRotation, type Rotation } from '../../store/key-rotations.ts';
import { insertTrail } from '../../store/trail.ts';
import { trailOf } from '../trail.ts';
import { checkOldKeys } from './check-old-keys.ts';
import type { OnDamaged } from './damaged.ts';
import { destroyFingerprintKeys, destroyIdempotencyKeys, destroyWrappingKeys } from './destroy-retired.ts';
import { insertTenantKeys } from './insert-tenant-keys.ts';
import { refingerprintNumbers, rehashTerms } from './refingerprint.ts';
import { resealForTenant, rewrapForTenant } from './reseal-for-tenant.ts';
import { announcedMs, type RotationOptions, waitUntil } from './rotation.ts';

/** Every process has read the keys again after it. */
const takenNoteOfMs = 1_000;

/** Announces a new key of each purpose, unless a rotation of the tenant's keys goes on already. */
export async function beginTenantKeyRotation(ctx: Context): Promise<void> {
  const { tenantId } = ctx.tenant;
  const at = ctx.now();
  const activeFrom = new Date(at.getTime() + announcedMs);
  const keys = await newTenantKeys(ctx.masterKey, tenantId);
  const trail = trailOf(ctx, { action: 'tenant_keys.rotated', at, subject: { kind: 'tenant', id: tenantId } });
  await ctx.db.transaction(tenantId, async (tx) => {
    if (!(await beginRotation(tx, 'tenant', { rotationId: randomUUID(), startedAt: at }))) return;
    const announced = keys.map((key) => ({ ...key, activeFrom }));
    await insertTenantKeys(tx, ctx, announced, at);
    await insertTrail(tx, trail);
  });
}

/** What a rotation of a tenant's keys came to. */
export type TenantKeyRotation = {
  /** Things sealed, wrapped or hashed anew by this run. */
  renewed: number;
  /** Numbers whose fingerprint could not be made anew; they are no longer recognised as ones on file. */
  unrecognised: number;
  /** Ids of keys that nothing names any more, and that are gone. */
  destroyed: string[];
};

/**
 * Finishes a rotation that was begun: once no request can be using the keys before, everything is sealed, wrapped and
 * hashed by the new ones, but for what cannot change. Null when none was begun. Two runs at once do no harm.
 */
export async function finishTenantKeyRotation(
  ctx: Context,
  options: RotationOptions,
): Promise<TenantKeyRotation | null> {
  const { tenantId } = ctx.tenant;
  const rotation = await findUnfinishedRotation(ctx.db, tenantId, 'tenant');
  if (!rotation) return null;
  await waitUntil(ctx, unusedFrom(rotation, options.graceMs), options);
  let renewed = 0;
  let isDamaged = false;
  const onDamaged: OnDamaged = (row) => {
    isDamaged = true;
    options.onDamaged(row);
  };
  const advance = async (done: number) => {
    options.signal.throwIfAborted();
    renewed += done;
    options.onProgress('tenant', renewed, null);
    await ctx.keysOf(tenantId);
  };
  await rewrapForTenant(ctx, advance, onDamaged);
  await resealForTenant(ctx, advance, onDamaged);
  const unrecognised = await refingerprintNumbers(ctx, advance, onDamaged);
  await rehashTerms(ctx, advance, onDamaged);
  const destroyed = unrecognised === 0 ? await destroyFingerprintKeys(ctx) : [];
  if (unrecognised === 0) {
    await waitUntil(ctx, new Date(ctx.now().getTime() + takenNoteOfMs), options);
    await clearEarlierFingerprints(ctx.db, tenantId);
  }
  const { tenant: old } = await checkOldKeys(ctx);
  // What is left over is for the next run, which then goes on with this rotation; what is damaged must not keep the
  // tenant from another one.
  if (unrecognised > 0 || isDamaged || Object.keys(old).length === 0) {
    await finishRotation(ctx.db, tenantId, rotation.rotationId, ctx.now());
  }
  destroyed.push(...(await destroyIdempotencyKeys(ctx)), ...(await destroyWrappingKeys(ctx)));
  return { renewed, unrecognised, destroyed };
}

const unusedFrom = ({ startedAt }: Rotation, grace: number): Date =>
  new Date(startedAt.getTime() + announcedMs + grace);
