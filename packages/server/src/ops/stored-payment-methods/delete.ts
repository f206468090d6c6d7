import type { Context } from '../../context.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import { OnfileError } from '../../errors.ts';
import { noteDeletionAttempt } from '../../store/records.ts';
import { insertTrail } from '../../store/trail.ts';
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
      const { change, presented } = await recordChange(ctx, {
        current,
        id,
        next: unchangedRecord(current),
        action: 'stored_payment_method.deleted',
        event: true,
      });
      const answer = ctx.keepAnswer(presented);
      const outcome = await ctx.changeRecord(ctx.tenant.tenantId, {
        ...change,
        destroyEarlierNumberAfter: retentionEnd(ctx),
        ...(answer ? { answer } : {}),
      });
      return outcome === 'applied' ? presented : outcome;
    }),
);

async function refuseDeletion(ctx: Context, current: OpenedRecord, ifMatch: string | undefined): Promise<void> {
  refuseAnyLock(ctx, current);
  if (current.row.is_account_instrument) throw new OnfileError('errormessage.record.in.use');
  await requireCurrentVersion(ctx, current, { ifMatch });
}

/** The contract's `sys_deleted_by_id` also names who last tried to delete the record; no version is made of it. */
async function rememberAttempt(ctx: Context, { row, dataKey }: OpenedRecord, refusal: OnfileError): Promise<void> {
  const trail = trailOf(ctx, {
    action: 'stored_payment_method.deletion_refused',
    at: ctx.now(),
    subject: { kind: 'stored_payment_method', id: row.id },
    details: { under: dataKey, value: { reason: refusal.code } },
  });
  await ctx.db.transaction(ctx.tenant.tenantId, async (tx) => {
    await noteDeletionAttempt(tx, row.id, ctx.caller.id);
    await insertTrail(tx, trail);
  });
}
