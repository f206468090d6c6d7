import type { Context } from '../../context.ts';
import { destroyUnusedCustomerKeys } from '../../store/customer-key-rotation.ts';
import { deleteFingerprintKeys, deleteIdempotencyKeys, deleteWrappingKeys } from '../../store/retired-keys.ts';

/** As long as an answer may be kept, a list gone on with, or a link followed under a key; and an hour. */
const keptMs = 25 * 3_600_000;
const keysAtOnce = 500;

type Holder = Pick<Context, 'db' | 'now' | 'tenant' | 'keys'>;

/** Destroys the fingerprint keys before that of now, which no number is known by any more. Answers their ids. */
export const destroyFingerprintKeys = ({ db, tenant, keys }: Holder): Promise<string[]> =>
  deleteFingerprintKeys(db, tenant.tenantId, keys.fingerprint.keyId);

const unusedBefore = (now: Date): Date => new Date(now.getTime() - keptMs);

/** Destroys a tenant's earlier idempotency keys, a day after they were last used. Answers their ids. */
export const destroyIdempotencyKeys = ({ db, now, tenant, keys }: Holder): Promise<string[]> =>
  deleteIdempotencyKeys(db, tenant.tenantId, keys.idempotency.keyId, unusedBefore(now()));

/**
 * The same of wrapping keys, where not even details of the audit are left under them. An audit key stays as long as the
 * tenant: its entries and checkpoints verify by it.
 */
export const destroyWrappingKeys = ({ db, now, tenant, keys }: Holder): Promise<string[]> =>
  deleteWrappingKeys(db, tenant.tenantId, keys.wrapping.keyId, unusedBefore(now()));

/** Destroys retired keys of customers that nothing names, not even the audit. Answers how many. */
export async function destroyRetiredCustomerKeys({ db, tenant }: Holder, retiredBefore: Date): Promise<number> {
  let destroyed = 0;
  for (;;) {
    const done = await destroyUnusedCustomerKeys(db, tenant.tenantId, retiredBefore, keysAtOnce);
    destroyed += done;
    if (done < keysAtOnce) return destroyed;
  }
}
