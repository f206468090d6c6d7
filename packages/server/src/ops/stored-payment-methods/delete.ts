import type { Context } from '../../context.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import { OnfileError } from '../../errors.ts';
import type { RecordChange } from '../../store/record-change.ts';
import { noteDeletionAttempt, type RecordMarks } from '../../store/records.ts';
import { insertTrail, type Trail } from '../../store/trail.ts';
import { retryLostRace } from '../lost-race.ts';
import { operation } from '../operation.ts';
import { trailOf } from '../trail.ts';
import { recordChange, retentionEnd } from './change.ts';
import type { OpenedRecord } from './content.ts';
import { requireCurrentVersion } from './current-version.ts';
import { findRecord } from './find.ts';
import { refuseAnyLock } from './lock.ts';
import { unchangedRecord } from './unchanged.ts';

type Input = { id: string; ifMatch?: string | undefined };

/**
 * Deletes a record softly: its last version says so, its history stays, its number is destroyed after the tenant's
 * retention, its external id is free again. Answers the record as it was deleted. Throws 404 for an unknown id, 409
 * when it is locked or an account's instrument, 412 and 428 for If-Match; who tried is then remembered.
 */
export const deleteStoredPaymentMethod = operation(
  'STORED_PAYMENT_METHOD_WRITE',
  async (ctx: Context, { id, ifMatch }: Input): Promise<StoredPaymentMethod> =>
    retryLostRace(async () => {
      const current = await findRecord(ctx, id);
      try {
        await refuseDeletion(ctx, current, ifMatch);
      } catch (refusal) {
        if (refusal instanceof OnfileError) await rememberAttempt(ctx, current, refusal);
        throw refusal;
      }
      const { change, presented } = await deletionOf(ctx, current);
      const answer = ctx.keepAnswer(presented);
      const outcome = await ctx.changeRecord(ctx.tenant.tenantId, { ...change, ...(answer ? { answer } : {}) });
      return outcome === 'applied' ? presented : outcome;
    }),
);

/** Throws 409 when the record is locked or an account's instrument, 412 and 428 for If-Match. */
export async function refuseDeletion(ctx: Context, current: OpenedRecord, ifMatch?: string): Promise<void> {
  refuseAnyLock(ctx, current);
  if (current.row.is_account_instrument) throw new OnfileError('errormessage.record.in.use');
  await requireCurrentVersion(ctx, current, { ifMatch });
}

/** The version that deletes a record which nothing keeps from it. */
export async function deletionOf(
  ctx: Context,
  current: OpenedRecord,
  marks?: RecordMarks,
): Promise<{ change: RecordChange; presented: StoredPaymentMethod }> {
  const { change, presented } = await recordChange(ctx, {
    current,
    id: current.row.id,
    next: { ...unchangedRecord(current), ...(marks ? { marks } : {}) },
    action: 'stored_payment_method.deleted',
    event: true,
  });
  return { change: { ...change, destroyEarlierNumberAfter: retentionEnd(ctx) }, presented };
}

/** The contract's `sys_deleted_by_id` also names who last tried to delete the record; no version is made of it. */
async function rememberAttempt(ctx: Context, current: OpenedRecord, refusal: OnfileError): Promise<void> {
  const trail = refusedDeletionTrail(ctx, current, refusal);
  await ctx.db.transaction(ctx.tenant.tenantId, async (tx) => {
    await noteDeletionAttempt(tx, current.row.id, ctx.caller.id);
    await insertTrail(tx, trail);
  });
}

/** What the audit tells of a deletion that was refused. */
export const refusedDeletionTrail = (ctx: Context, { row, dataKey }: OpenedRecord, refusal: OnfileError): Trail =>
  trailOf(ctx, {
    action: 'stored_payment_method.deletion_refused',
    at: ctx.now(),
    subject: { kind: 'stored_payment_method', id: row.id },
    details: { under: dataKey, value: { reason: refusal.code } },
  });
