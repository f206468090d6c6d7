import type { KeyObject } from 'node:crypto';
import { keyedHash } from '../../crypto/keyed-hash.ts';
import type { AuditEntry } from '../../store/trail.ts';

/** The HMAC of an entry, under the key that it names. It covers every column, in this order; `null` differs from empty. */
export function entryCode(key: KeyObject, tenantId: string, entry: Omit<AuditEntry, 'code'>): Buffer {
  const parts = [
    tenantId,
    entry.audit_id,
    entry.at,
    entry.actor_kind,
    entry.actor_id,
    entry.source_address,
    entry.trace_id,
    entry.action,
    entry.subject_kind,
    entry.subject_id,
    entry.subject_version,
    entry.key_id,
    entry.sealed_details,
    entry.code_key_id,
  ];
  return keyedHash(key, JSON.stringify(parts));
}
