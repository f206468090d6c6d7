import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type Binding, type DataKey, open, seal, sealedUnder } from '../crypto/envelope.ts';
import type { WrappedCustomerKey, WrappedTenantKey } from '../store/keys.ts';
import type { MasterKeyProvider } from './master-key.ts';
import { UnknownKey } from './unknown-key.ts';

export type Purpose = WrappedTenantKey['purpose'];
export const purposes: readonly Purpose[] = ['wrapping', 'fingerprint', 'audit', 'idempotency'];

/**
 * One tenant's keys in clear, for as long as the process serves it. Each purpose has one that seals and hashes now; those
 * before it open and verify, and one to come is known before anybody uses it.
 */
export type TenantKeys = Readonly<Record<Purpose, DataKey>> & {
  /** Every key of a purpose: the one of now first, then the others, the newest first. */
  every(purpose: Purpose): readonly DataKey[];
  /** The first key that there is of a purpose. An audit key is never destroyed: every backup of the tenant has its first. */
  first(purpose: Purpose): DataKey;
  /** One of the tenant's own keys by its id; undefined when it has none of that id. */
  find(keyId: string): DataKey | undefined;
  /** Opens what was sealed under any of the tenant's own keys. Throws `UnknownKey` for one that is not known here. */
  open(sealed: Buffer, binding: Binding): Buffer;
  /** Unwraps a customer's data key; recently used ones are at hand. Throws `UnknownKey` as `open` does. */
  customerKey(wrapped: WrappedCustomerKey): DataKey;
  customerKeyAtHand(keyId: string): DataKey | undefined;
  /** Forgets keys that were destroyed; other processes have forgotten them half a second later. */
  forgetCustomerKeys(keyIds: readonly string[]): void;
  /** A customer's data key wrapped by the tenant's key of now. */
  rewrap(wrapped: WrappedCustomerKey): WrappedCustomerKey;
  /** A new data key and its wrapped form, to be stored in the same transaction as what is sealed under it. */
  newCustomerKey(customerUuid: string): { dataKey: DataKey; wrapped: WrappedCustomerKey };
  /** Takes over the keys as they are stored now. */
  take(wrapped: readonly WrappedTenantKey[]): Promise<void>;
  /** Whether a key was asked for that is not known here. */
  readonly lacksOne: boolean;
};

/** What was read under a key that has been destroyed since can still be opened for so long. */
const forgottenAfterMs = 60_000;
const customerKeysAtHand = 20_000;
/** Then it is unwrapped again, which needs its row: of an erased customer there is none. */
const customerKeyMs = 500;

/** Makes the keys of a new tenant, wrapped by the master key. */
export async function newTenantKeys(masterKey: MasterKeyProvider, tenantId: string): Promise<WrappedTenantKey[]> {
  return Promise.all(
    purposes.map(async (purpose) => {
      const keyId = randomUUID();
      const clear = randomBytes(32);
      const wrapped = await masterKey.wrap(clear, tenantId, keyId);
      clear.fill(0);
      return { keyId, purpose, ...wrapped };
    }),
  );
}

type HeldKey = DataKey & { purpose: Purpose; activeFrom: number; goneSince?: number };

/** Unwraps a tenant's keys. Throws when one of the purposes has none. `now` decides which of several is the one of now. */
export async function unwrapTenantKeys(
  masterKey: Pick<MasterKeyProvider, 'unwrap'>,
  tenantId: string,
  wrapped: readonly WrappedTenantKey[],
  now: () => Date = () => new Date(),
): Promise<TenantKeys> {
  const held = new Map<string, HeldKey>();
  const customerKeys = new LRUCache<string, DataKey>({ max: customerKeysAtHand, ttl: customerKeyMs });
  const bindingOf = (keyId: string) => [tenantId, 'customer_keys', keyId, 'key', 1] as const;
  let lacksOne = false;

  const newestFirst = (purpose: Purpose): [HeldKey, ...HeldKey[]] => {
    const keys = [...held.values()].filter((key) => key.purpose === purpose && key.goneSince === undefined);
    const [newest, ...others] = keys.toSorted((one, other) => other.activeFrom - one.activeFrom);
    if (!newest) throw new Error(`tenant ${tenantId} has no ${purpose} key`);
    return [newest, ...others];
  };
  const first = (purpose: Purpose): HeldKey => newestFirst(purpose).at(-1) as HeldKey;
  const every = (purpose: Purpose): HeldKey[] => {
    const keys = newestFirst(purpose);
    const time = now().getTime();
    const current = keys.find((key) => key.activeFrom <= time) ?? first(purpose);
    return [current, ...keys.filter((key) => key !== current)];
  };
  const current = (purpose: Purpose): DataKey => every(purpose)[0] as DataKey;
  const ownKey = (keyId: string): DataKey => {
    const key = held.get(keyId);
    if (key) return key;
    lacksOne = true;
    throw new UnknownKey();
  };
  const wrap = (clear: Buffer, keyId: string, customerUuid: string): WrappedCustomerKey => {
    const wrapping = current('wrapping');
    return { keyId, customerUuid, wrappedKey: seal(clear, wrapping, bindingOf(keyId)), wrappedBy: wrapping.keyId };
  };
  const unwrap = (row: WrappedCustomerKey): Buffer =>
    open(row.wrappedKey, ownKey(sealedUnder(row.wrappedKey)), bindingOf(row.keyId));

  async function take(rows: readonly WrappedTenantKey[]): Promise<void> {
    for (const row of rows) {
      const activeFrom = row.activeFrom?.getTime() ?? 0;
      const known = held.get(row.keyId);
      const key = known?.key ?? (await masterKey.unwrap(row, tenantId, row.keyId));
      held.set(row.keyId, { keyId: row.keyId, key, purpose: row.purpose, activeFrom });
    }
    customerKeys.purgeStale();
    const time = now().getTime();
    const stored = new Set(rows.map(({ keyId }) => keyId));
    for (const key of held.values()) {
      if (stored.has(key.keyId)) continue;
      key.goneSince ??= time;
      if (time - key.goneSince > forgottenAfterMs) held.delete(key.keyId);
    }
    lacksOne = false;
    for (const purpose of purposes) every(purpose);
  }
  await take(wrapped);

  return {
    get wrapping() {
      return current('wrapping');
    },
    get fingerprint() {
      return current('fingerprint');
    },
    get audit() {
      return current('audit');
    },
    get idempotency() {
      return current('idempotency');
    },
    get lacksOne() {
      return lacksOne;
    },
    every,
    first,
    find: (keyId) => held.get(keyId),
    open: (sealed, binding) => open(sealed, ownKey(sealedUnder(sealed)), binding),
    customerKey(row) {
      const known = customerKeys.get(row.keyId);
      if (known) return known;
      const clear = unwrap(row);
      const dataKey = { keyId: row.keyId, key: createSecretKey(clear) };
      clear.fill(0);
      customerKeys.set(row.keyId, dataKey);
      return dataKey;
    },
    customerKeyAtHand: (keyId) => customerKeys.get(keyId),
    forgetCustomerKeys(keyIds) {
      for (const keyId of keyIds) customerKeys.delete(keyId);
    },
    rewrap(row) {
      const clear = unwrap(row);
      const rewrapped = wrap(clear, row.keyId, row.customerUuid);
      clear.fill(0);
      return rewrapped;
    },
    newCustomerKey(customerUuid) {
      const keyId = randomUUID();
      const clear = randomBytes(32);
      const newKey = wrap(clear, keyId, customerUuid);
      const dataKey = { keyId, key: createSecretKey(clear) };
      clear.fill(0);
      customerKeys.set(keyId, dataKey);
      return { dataKey, wrapped: newKey };
    },
    take,
  };
}
