import type { Context } from '../../context.ts';
import type { AuditItem } from '../../contract/audit.ts';
import { type DataKey, open, SealBroken } from '../../crypto/envelope.ts';
import type { ListedEntry } from '../../store/audit-list.ts';
import { detailsBinding } from './details-binding.ts';

type Opener = Pick<Context, 'tenant' | 'keys'>;

/** An entry as people see it; `withDetails` also what was there before and after. */
export const presentEntry = (ctx: Opener, entry: ListedEntry, withDetails: boolean): AuditItem => ({
  number: entry.number,
  id: entry.audit_id,
  at: entry.at.toISOString(),
  action: entry.action,
  actor: { kind: entry.actor_kind, id: entry.actor_id },
  ...(entry.source_address === null ? {} : { source_address: entry.source_address }),
  trace_id: entry.trace_id,
  subject: {
    kind: entry.subject_kind,
    id: entry.subject_id,
    ...(entry.subject_version === null ? {} : { version: entry.subject_version }),
  },
  ...(withDetails && entry.sealed_details ? openDetails(ctx, entry, entry.sealed_details) : {}),
});

function openDetails(
  ctx: Opener,
  entry: ListedEntry,
  sealed: Buffer,
): Pick<AuditItem, 'details'> | Pick<AuditItem, 'details_missing'> {
  try {
    const key = keyOf(ctx, entry);
    if (!key) return { details_missing: 'destroyed' };
    const binding = detailsBinding(ctx.tenant.tenantId, entry.audit_id);
    return { details: JSON.parse(open(sealed, key, binding).toString('utf8')) };
  } catch (error) {
    if (error instanceof SealBroken) return { details_missing: 'changed' };
    throw error;
  }
}

/** The tenant's own key, or the customer's while it exists. */
function keyOf({ keys }: Opener, entry: ListedEntry): DataKey | null {
  const { key_id: keyId, wrapped_key: wrappedKey, wrapped_by: wrappedBy, key_customer_uuid: customerUuid } = entry;
  const own = keyId ? keys.find(keyId) : undefined;
  if (own) return own;
  if (!keyId || !wrappedKey || !wrappedBy || !customerUuid) return null;
  return keys.customerKey({ keyId, customerUuid, wrappedKey, wrappedBy });
}
