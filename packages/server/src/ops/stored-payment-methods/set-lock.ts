import type { Context } from '../../context.ts';
import type { RecordLock, RecordLockState } from '../../contract/stored-payment-method-lock.ts';
import { refuseCardNumbers } from '../card-number-scan.ts';
import { retryLostRace } from '../lost-race.ts';
import { operation } from '../operation.ts';
import { recordChange } from './change.ts';
import type { OpenedRecord } from './content.ts';
import { requireCurrentVersion } from './current-version.ts';
import { findRecord } from './find.ts';
import { lockOf, presentLock, refuseAnyLock } from './lock.ts';
import { unchangedRecord } from './unchanged.ts';

type Input = { id: string; ifMatch?: string | undefined };

/** Who holds a record locked, why and since when. Throws 404 for an unknown id. */
export const getRecordLock = operation(
  'STORED_PAYMENT_METHOD_READ',
  async (ctx: Context, { id }: { id: string }): Promise<RecordLockState> => presentLock(ctx, await findRecord(ctx, id)),
);

/**
 * Locks a record in the caller's name, which makes a version of it. To lock it again for the same reason changes nothing.
 * Throws 404 for an unknown id, 409 when it is locked otherwise, 412 and 428 for If-Match, 400 for a number in the reason.
 */
export const lockStoredPaymentMethod = operation(
  'STORED_PAYMENT_METHOD_WRITE',
  async (ctx: Context, input: Input & { reason: string }): Promise<RecordLockState> => {
    const { id, reason, ifMatch } = input;
    refuseCardNumbers({ reason });
    return retryLostRace(async () => {
      const current = await findRecord(ctx, id);
      const held = lockOf(current);
      if (held && held.owner === ctx.caller.id && held.reason === reason) return presentLock(ctx, current);
      refuseAnyLock(ctx, current);
      await requireCurrentVersion(ctx, current, { ifMatch });
      return changeLock(ctx, current, { owner: ctx.caller.id, reason });
    });
  },
);

/**
 * Unlocks a record, whoever locked it, which makes a version of it. One that is not locked stays as it is. Throws 404
 * for an unknown id, 412 and 428 for If-Match.
 */
export const unlockStoredPaymentMethod = operation(
  'STORED_PAYMENT_METHOD_UNLOCK',
  async (ctx: Context, { id, ifMatch }: Input): Promise<RecordLockState> =>
    retryLostRace(async () => {
      const current = await findRecord(ctx, id);
      if (!lockOf(current)) return presentLock(ctx, current);
      await requireCurrentVersion(ctx, current, { ifMatch });
      return changeLock(ctx, current, null);
    }),
);

async function changeLock(
  ctx: Context,
  current: OpenedRecord,
  held: Omit<RecordLock, 'since'> | null,
): Promise<RecordLockState | 'lost'> {
  const { fields, content, customer } = unchangedRecord(current);
  const { lock: _, ...unlocked } = content;
  const lock = held && { ...held, since: ctx.now().toISOString() };
  const { change } = await recordChange(ctx, {
    current,
    id: current.row.id,
    next: {
      fields: { ...fields, sys_locked: lock !== null },
      content: { ...unlocked, ...(lock ? { lock } : {}) },
      customer,
    },
    action: lock ? 'stored_payment_method.locked' : 'stored_payment_method.unlocked',
    event: true,
  });
  const result: RecordLockState = { locked: lock !== null, ...lock, sys_version: change.record.sys_version };
  const answer = ctx.keepAnswer(result);
  const outcome = await ctx.changeRecord(ctx.tenant.tenantId, { ...change, ...(answer ? { answer } : {}) });
  return outcome === 'applied' ? result : outcome;
}
