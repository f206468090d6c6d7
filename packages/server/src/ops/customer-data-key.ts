import type { Context } from '../context.ts';
import { type DataKey, SealBroken } from '../crypto/envelope.ts';
import { findCustomerKeyById, findNewestCustomerKey } from '../store/keys.ts';

/** The customer was erased, or the number destroyed, after what names it was read: read again, it is gone. */
export class KeyDestroyed extends SealBroken {}

type Holder = Pick<Context, 'tenant' | 'keys' | 'db'>;

/**
 * A customer's data key by the id that a ciphertext names, which after a rotation need not be that of the customer's
 * session or record. Throws `KeyDestroyed` when it was destroyed.
 */
export async function customerDataKey({ tenant, keys, db }: Holder, keyId: string): Promise<DataKey> {
  const atHand = keys.customerKeyAtHand(keyId);
  if (atHand) return atHand;
  const wrapped = await findCustomerKeyById(db, tenant.tenantId, keyId);
  if (!wrapped) throw new KeyDestroyed();
  return keys.customerKey(wrapped);
}

/** The data key that a customer's content is sealed under from now on. Throws `KeyDestroyed` when all were. */
export async function currentCustomerKey({ tenant, keys, db }: Holder, customerUuid: string): Promise<DataKey> {
  const wrapped = await findNewestCustomerKey(db, tenant.tenantId, customerUuid);
  if (!wrapped) throw new KeyDestroyed();
  return keys.customerKey(wrapped);
}
