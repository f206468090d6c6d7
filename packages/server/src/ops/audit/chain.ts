import type { KeyObject } from 'node:crypto';
import { keyedHash } from '../../crypto/keyed-hash.ts';
import type { TenantKeys } from '../../keys/tenant-keys.ts';

const chainBytes = 32;

/** What the first entry of a tenant follows. */
export const chainStart: Buffer = Buffer.alloc(chainBytes);

/**
 * The chain's value after one more entry. Without the key nobody can make the values that would follow from another
 * entry, another order or a missing one. The number is not part of it: it counts the values.
 */
export const nextChain = (key: KeyObject, before: Buffer, entry: { audit_id: string; code: Buffer }): Buffer =>
  keyedHash(key, 'audit-chain', before, entry.audit_id, entry.code);

/**
 * The key of an entry's chain value: the one that its code is under. An entry that names none of the tenant's keys was
 * not written by Onfile; it goes on under the tenant's first, which stays, and verification tells of its code.
 */
export function chainKey(keys: Pick<TenantKeys, 'every'>, entry: { code_key_id: string }): KeyObject {
  const audit = keys.every('audit');
  const named = audit.find(({ keyId }) => keyId === entry.code_key_id) ?? audit.at(-1);
  if (!named) throw new Error('the tenant has no audit key');
  return named.key;
}
