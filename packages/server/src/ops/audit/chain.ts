import type { KeyObject } from 'node:crypto';
import { keyedHash } from '../../crypto/keyed-hash.ts';

const chainBytes = 32;

/** What the first entry of a tenant follows. */
export const chainStart: Buffer = Buffer.alloc(chainBytes);

/**
 * The chain's value after one more entry. Without the key nobody can make the values that would follow from another
 * entry, another order or a missing one. The number is not part of it: it counts the values.
 */
export const nextChain = (key: KeyObject, before: Buffer, entry: { audit_id: string; code: Buffer }): Buffer =>
  keyedHash(key, 'audit-chain', before, entry.audit_id, entry.code);
