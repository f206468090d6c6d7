import type { Context } from '../../context.ts';
import { OnfileError, stringArgument } from '../../errors.ts';
import type { RecordRow } from '../../store/records.ts';

const recordLocked = (id: string) => new OnfileError('errormessage.record.locked', { args: [stringArgument(id)] });

/** Throws 409 when the record is locked, unless it will not be any more and the caller may unlock. */
export function refuseLocked(ctx: Context, row: RecordRow, staysLocked: boolean): void {
  if (!row.sys_locked) return;
  if (staysLocked || !ctx.caller.scopes.has('STORED_PAYMENT_METHOD_UNLOCK')) throw recordLocked(row.id);
}
