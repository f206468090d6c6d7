import type { Context } from '../../context.ts';
import type { RecordLock, RecordLockState } from '../../contract/stored-payment-method-lock.ts';
import { OnfileError, stringArgument } from '../../errors.ts';
import type { OpenedRecord } from './content.ts';
import type { Directive } from './directives.ts';

type LockedRecord = Pick<OpenedRecord, 'row' | 'content'>;

/**
 * Who holds the record locked, null when nobody does. One that was locked by `sys_locked` keeps nothing beside that:
 * as it refuses every change, the last one is the one that locked it.
 */
export function lockOf({ row, content }: LockedRecord): RecordLock | null {
  if (!row.sys_locked) return null;
  return content.lock ?? { owner: row.sys_last_modified_by_id, since: row.sys_last_modified_at.toISOString() };
}

/** What the caller may know of a lock. A reason is between people of the tenant, not for the contact that it is about. */
function toldTo({ caller }: Pick<Context, 'caller'>, { reason, ...lock }: RecordLock): RecordLock {
  const isTold = reason !== undefined && (caller.contactId === undefined || caller.id === lock.owner);
  return { ...lock, ...(isTold ? { reason } : {}) };
}

/** The lock as its endpoints show it. */
export const presentLock = (ctx: Pick<Context, 'caller'>, record: LockedRecord): RecordLockState => {
  const held = lockOf(record);
  const lock = held && toldTo(ctx, held);
  return { locked: lock !== null, ...lock, sys_version: record.row.sys_version };
};

/** Throws 409 naming owner and reason when the record is locked, whoever asks. */
export function refuseAnyLock(ctx: Pick<Context, 'caller'>, record: LockedRecord): void {
  const lock = lockOf(record);
  if (!lock) return;
  const { owner, reason = '' } = toldTo(ctx, lock);
  throw new OnfileError('errormessage.record.locked', {
    args: [stringArgument(record.row.id), stringArgument(owner), stringArgument(reason)],
  });
}

/**
 * The lock that a change goes over and that stays, null when the change meets none. Throws 409 when the record is
 * locked, unless it will not be any more and the caller may unlock, or the change is told to override the lock.
 */
export function passLock(
  ctx: Pick<Context, 'caller'>,
  current: LockedRecord,
  change: { staysLocked: boolean; directives: ReadonlySet<Directive> },
): RecordLock | null {
  if (change.staysLocked && change.directives.has('override-lock')) return lockOf(current);
  if (change.staysLocked || !ctx.caller.scopes.has('STORED_PAYMENT_METHOD_UNLOCK')) refuseAnyLock(ctx, current);
  return null;
}
