import { createSecretKey, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type DataKey, open, seal } from '../crypto/envelope.ts';
import type { WrappedCustomerKey, WrappedTenantKey } from '../store/keys.ts';
import type { MasterKey } from './master-key-file.ts';

type Purpose = WrappedTenantKey['purpose'];
const purposes: readonly Purpose[] = ['wrapping', 'fingerprint', 'audit', 'idempotency'];

/** One tenant's keys in clear, for as long as the process serves it. */
export type TenantKeys = {
  fingerprint: KeyObject;
  audit: DataKey;
  idempotency: DataKey;
  wrapping: DataKey;
  /** Unwraps a customer's data key; recently used ones are at hand. */
  customerKey(wrapped: WrappedCustomerKey): DataKey;
  /** A new data key and its wrapped form, to be stored in the same transaction as what is sealed under it. */
  newCustomerKey(customerUuid: string): { dataKey: DataKey; wrapped: WrappedCustomerKey };
};

const customerKeysAtHand = 20_000;

/** Makes the keys of a new tenant, wrapped by the master key. */
export async function newTenantKeys(masterKey: MasterKey, tenantId: string): Promise<WrappedTenantKey[]> {
  return Promise.all(
    purposes.map(async (purpose) => {
      const keyId = randomUUID();
      const clear = randomBytes(32);
      const wrappedKey = await masterKey.wrap(clear, tenantId, keyId);
      clear.fill(0);
      return { keyId, purpose, wrappedKey, wrappedBy: masterKey.keyId };
    }),
  );
}

/** Unwraps a tenant's keys. Throws when one of the purposes has none. */
export async function unwrapTenantKeys(
  masterKey: MasterKey,
  tenantId: string,
  wrapped: readonly WrappedTenantKey[],
): Promise<TenantKeys> {
  const unwrapped = new Map<Purpose, DataKey>();
  for (const row of wrapped) {
    unwrapped.set(row.purpose, { keyId: row.keyId, key: await masterKey.unwrap(row.wrappedKey, tenantId, row.keyId) });
  }
  const keyFor = (purpose: Purpose): DataKey => {
    const found = unwrapped.get(purpose);
    if (!found) throw new Error(`tenant ${tenantId} has no ${purpose} key`);
    return found;
  };
  const wrapping = keyFor('wrapping');
  const customerKeys = new LRUCache<string, DataKey>({ max: customerKeysAtHand });
  const bindingOf = (keyId: string) => [tenantId, 'customer_keys', keyId, 'key', 1] as const;

  return {
    wrapping,
    fingerprint: keyFor('fingerprint').key,
    audit: keyFor('audit'),
    idempotency: keyFor('idempotency'),
    customerKey(row) {
      const known = customerKeys.get(row.keyId);
      if (known) return known;
      const clear = open(row.wrappedKey, wrapping, bindingOf(row.keyId));
      const dataKey = { keyId: row.keyId, key: createSecretKey(clear) };
      clear.fill(0);
      customerKeys.set(row.keyId, dataKey);
      return dataKey;
    },
    newCustomerKey(customerUuid) {
      const keyId = randomUUID();
      const clear = randomBytes(32);
      const wrappedKey = seal(clear, wrapping, bindingOf(keyId));
      const dataKey = { keyId, key: createSecretKey(clear) };
      clear.fill(0);
      customerKeys.set(keyId, dataKey);
      return { dataKey, wrapped: { keyId, customerUuid, wrappedKey, wrappedBy: wrapping.keyId } };
    },
  };
}
