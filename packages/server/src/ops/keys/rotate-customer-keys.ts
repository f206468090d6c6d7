import { randomUUID } from 'node:crypto';
import type { Context } from '../../context.ts';
import type { DataKey } from '../../crypto/envelope.ts';
import {
  beforeAllKeys,
  countKeysToRotate,
  holdCustomerOfKey,
  isKeyOfSessions,
  listKeysToRotate,
  listRetiredKeysInUse,
  moveCustomerToKey,
  moveSessionsToKey,
  retireCustomerKey,
} from '../../store/customer-key-rotation.ts';
import type { FoundCustomer } from '../../store/customers.ts';
import { beginRotation, findUnfinishedRotation, finishRotation } from '../../store/key-rotations.ts';
import { findNewestCustomerKey, insertCustomerKey, type WrappedCustomerKey } from '../../store/keys.ts';
import { insertTrail } from '../../store/trail.ts';
import { openCustomer, sealPerson } from '../customers/content.ts';
import { trailOf } from '../trail.ts';
import { type OnDamaged, unlessDamaged } from './damaged.ts';
import { destroyRetiredCustomerKeys } from './destroy-retired.ts';
import { resealForCustomer } from './reseal-for-customer.ts';
import { type RotationOptions, waitUntil } from './rotation.ts';

const keysAtOnce = 100;
const beforeAllIds = '00000000-0000-0000-0000-000000000000';

/** Begins to give every customer of the tenant a new data key, unless that goes on already. */
export async function beginCustomerKeyRotation(ctx: Context): Promise<void> {
  const { tenantId } = ctx.tenant;
  const startedAt = ctx.now();
  const subject = { kind: 'tenant', id: tenantId };
  const trail = trailOf(ctx, { action: 'customer_keys.rotated', at: startedAt, subject });
  await ctx.db.transaction(tenantId, async (tx) => {
    if (await beginRotation(tx, 'customers', { rotationId: randomUUID(), startedAt })) await insertTrail(tx, trail);
  });
}

/** A rotation whose customers have new keys, while requests may still be using those before. */
export type FollowedKeys = { rotationId: string; customers: number; at: Date };

/**
 * Goes on with a rotation that was begun: each customer gets a new key, and all that was sealed under the one before is
 * sealed anew, a customer at a time. Makes no version and no event. Null when none was begun. Two runs at once do no harm.
 */
export async function followCustomerKeys(ctx: Context, options: RotationOptions): Promise<FollowedKeys | null> {
  const { db } = ctx;
  const { tenantId } = ctx.tenant;
  const rotation = await findUnfinishedRotation(db, tenantId, 'customers');
  if (!rotation) return null;
  const total = await countKeysToRotate(db, tenantId, rotation.startedAt);
  let customers = 0;
  let looked = 0;
  for (let after = beforeAllKeys; ; ) {
    const page = await listKeysToRotate(db, tenantId, rotation.startedAt, after, keysAtOnce);
    for (const key of page) {
      options.signal.throwIfAborted();
      await ctx.keysOf(tenantId);
      if (await followKey(ctx, key, options)) customers += 1;
      looked += 1;
      options.onProgress('customers', Math.min(looked, total), total);
    }
    if (page.length < keysAtOnce) return { rotationId: rotation.rotationId, customers, at: ctx.now() };
    after = page.at(-1) ?? after;
  }
}

/** What a rotation of the customers' keys came to. */
export type CustomerKeyRotation = {
  /** Customers who were given a new key by this run. */
  customers: number;
  /** Keys that nothing named any more, and that are gone. */
  destroyed: number;
};

/** Ends a rotation: what requests left under the keys before is sealed anew once none can be using them. */
export async function endCustomerKeyRotation(
  ctx: Context,
  { rotationId, customers, at }: FollowedKeys,
  options: RotationOptions,
): Promise<CustomerKeyRotation> {
  const destroyed = await endStragglers(ctx, at, options);
  await finishRotation(ctx.db, ctx.tenant.tenantId, rotationId, ctx.now());
  return { customers, destroyed };
}

/**
 * Gives whoever a key is of another one, and seals everything under it. False when the key was followed or destroyed
 * meanwhile, nobody's data is sealed under it any more, or it or what is known of the customer does not open.
 */
async function followKey(ctx: Context, key: WrappedCustomerKey, { onDamaged }: RotationOptions): Promise<boolean> {
  const { tenantId } = ctx.tenant;
  const from = openKey(ctx, key, onDamaged);
  if (!from) return false;
  const { dataKey, wrapped } = ctx.keys.newCustomerKey(key.customerUuid);
  const isFollowed = await ctx.db.transaction(tenantId, async (tx) => {
    const at = ctx.now();
    const customer = await holdCustomerOfKey(tx, key.customerUuid);
    if (!customer && !(await isKeyOfSessions(tx, key.keyId))) return false;
    const isUnder = customer?.key_id === key.keyId;
    const sealed = isUnder ? resealPerson(ctx, customer, dataKey, onDamaged) : null;
    if (isUnder && !sealed) return false;
    if (!(await retireCustomerKey(tx, key.keyId, at))) return false;
    await insertCustomerKey(tx, wrapped, at);
    if (customer && sealed) {
      await moveCustomerToKey(tx, customer.customer_id, key.keyId, { keyId: dataKey.keyId, sealed });
    }
    await moveSessionsToKey(tx, key.keyId, dataKey.keyId);
    return true;
  });
  if (isFollowed) await resealForCustomer(ctx, { from, to: dataKey }, onDamaged);
  return isFollowed;
}

const openKey = (ctx: Context, key: WrappedCustomerKey, onDamaged: OnDamaged): DataKey | null =>
  unlessDamaged({ table: 'customer_keys', id: key.keyId }, onDamaged, () => ctx.keys.customerKey(key));

/** What is known of a customer, sealed under another key. */
const resealPerson = (ctx: Context, customer: FoundCustomer, to: DataKey, onDamaged: OnDamaged): Buffer | null =>
  unlessDamaged({ table: 'customers', id: String(customer.customer_id) }, onDamaged, () =>
    sealPerson(ctx.tenant.tenantId, customer, openCustomer(ctx, customer).person, to),
  );

/** Seals anew what requests have left under retired keys, until there is none. Answers how many keys were destroyed. */
async function endStragglers(ctx: Context, followedAt: Date, options: RotationOptions): Promise<number> {
  const { db } = ctx;
  const { tenantId } = ctx.tenant;
  for (let since = followedAt; ; since = ctx.now()) {
    await waitUntil(ctx, new Date(since.getTime() + options.graceMs), options);
    let found = 0;
    for (let after = beforeAllIds; ; ) {
      const page = await listRetiredKeysInUse(db, tenantId, after, keysAtOnce);
      for (const key of page) {
        options.signal.throwIfAborted();
        await ctx.keysOf(tenantId);
        if (await moveStragglers(ctx, key, options)) found += 1;
        options.onProgress('stragglers', found, null);
      }
      if (page.length < keysAtOnce) break;
      after = page.at(-1)?.keyId ?? after;
    }
    // A customer or session that had gone back to a retired key may have led others there.
    if (found === 0) return destroyRetiredCustomerKeys(ctx, new Date(ctx.now().getTime() - options.graceMs));
  }
}

/** Answers whether a customer or a session was among them. */
async function moveStragglers(ctx: Context, key: WrappedCustomerKey, { onDamaged }: RotationOptions): Promise<boolean> {
  const { tenantId } = ctx.tenant;
  const newest = await findNewestCustomerKey(ctx.db, tenantId, key.customerUuid);
  // Of a customer who was erased meanwhile there is none.
  if (!newest || newest.keyId === key.keyId) return false;
  const from = openKey(ctx, key, onDamaged);
  const to = openKey(ctx, newest, onDamaged);
  if (!from || !to) return false;
  const wasCurrent = await ctx.db.transaction(tenantId, async (tx) => {
    const customer = await holdCustomerOfKey(tx, key.customerUuid);
    const sealed = customer?.key_id === key.keyId ? resealPerson(ctx, customer, to, onDamaged) : null;
    if (customer && sealed) {
      await moveCustomerToKey(tx, customer.customer_id, key.keyId, { keyId: to.keyId, sealed });
    }
    return (await moveSessionsToKey(tx, key.keyId, to.keyId)) > 0 || sealed !== null;
  });
  await resealForCustomer(ctx, { from, to }, onDamaged);
  return wasCurrent;
}
