import { v7 as timeOrderedUuid } from 'uuid';
import type { Context } from '../context.ts';
import type { EventData, EventType } from '../contract/events.ts';
import { type DataKey, seal } from '../crypto/envelope.ts';
import type { AuditEntry, Trail } from '../store/trail.ts';
import { detailsBinding } from './audit/details-binding.ts';
import { entryCode } from './audit/entry-code.ts';

/** What the audit names: the types of events, and what is no event. */
export type Action =
  | EventType
  | 'tenant.created'
  | 'tenant.backed_up'
  | 'tenant_keys.rewrapped'
  | 'api_key.created'
  | 'api_key.rotated'
  | 'api_key.revoked'
  | 'client.created'
  | 'client.rotated'
  | 'client.revoked'
  | 'signing_key.rotated'
  | 'tenant_keys.rotated'
  | 'customer_keys.rotated'
  | 'issuer.added'
  | 'issuer.removed'
  | 'contact.erasure_finished'
  | 'payment_session.created'
  | 'payment_request.created'
  | 'stored_payment_method.deletion_refused'
  | 'stored_payment_method.emptied'
  | 'stored_payment_method.history_read'
  | 'stored_payment_methods.exported'
  | 'gateway_tokens.read'
  | 'payment_data.read'
  | 'file.announced'
  | 'file.stored'
  | 'file.refused'
  | 'file.link_given'
  | 'file.destroyed'
  | 'bulk_load.created'
  | 'bulk_load.started'
  | 'bulk_load.cancelled'
  | 'configuration_snapshot.created'
  | 'configuration_snapshot.deleted'
  | 'configuration_snapshot.restore_ordered'
  | 'configuration_snapshot.sandbox_ordered'
  | 'configuration_snapshot.restore_cancelled'
  | 'recalculation.ordered'
  | 'audit.read'
  | 'audit.exported'
  | 'audit.verified'
  | 'audit.cut';

/** What was done, with what its event tells. Only the types of the contract are events. */
export type Happening =
  | { [Type in EventType]: { action: Type; event?: EventData<Type> } }[EventType]
  | { action: Exclude<Action, EventType>; event?: never };

/**
 * The audit entry and, with a payload, the event of one change. Details show before and after, masked; they are sealed
 * under the customer's key, so that shredding it leaves an entry that still verifies but names nobody.
 */
export function trailOf(
  ctx: Pick<Context, 'tenant' | 'keys' | 'caller' | 'traceId' | 'sourceAddress'>,
  change: Happening & {
    at: Date;
    subject: { kind: string; id: string; version?: number };
    details?: { under: DataKey; value: object };
  },
): Trail {
  const { audit } = ctx.keys;
  const at = change.at.toISOString();
  const auditId = timeOrderedUuid();
  const sealed = change.details
    ? seal(JSON.stringify(change.details.value), change.details.under, detailsBinding(ctx.tenant.tenantId, auditId))
    : null;
  const entry: Omit<AuditEntry, 'code'> = {
    audit_id: auditId,
    at,
    actor_kind: ctx.caller.kind,
    actor_id: ctx.caller.id,
    source_address: ctx.sourceAddress,
    trace_id: ctx.traceId,
    action: change.action,
    subject_kind: change.subject.kind,
    subject_id: change.subject.id,
    subject_version: change.subject.version ?? null,
    key_id: change.details?.under.keyId ?? null,
    sealed_details: sealed?.toString('base64') ?? null,
    code_key_id: audit.keyId,
  };
  return {
    audit: { ...entry, code: entryCode(audit.key, ctx.tenant.tenantId, entry).toString('base64') },
    event: change.event
      ? {
          event_id: timeOrderedUuid(),
          type: change.action,
          at,
          subject_id: change.subject.id,
          subject_version: change.subject.version ?? null,
          payload: change.event,
        }
      : null,
  };
}
