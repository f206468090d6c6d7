import type { Context } from '../../context.ts';
import type { BulkLoadOrder } from '../../contract/bulk-load.ts';
import { OnfileError } from '../../errors.ts';
import type { TaskRow } from '../../store/background-tasks.ts';
import { callerOf } from '../background-tasks/order.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { requireScope } from '../operation.ts';

/** A load may do nothing that its caller may not do record by record. Throws 403. */
export function requireLoading(ctx: Context, { missing_contacts }: Pick<BulkLoadOrder, 'missing_contacts'>): void {
  refuseLimitedCaller(ctx, 'BULK_WRITE');
  requireScope(ctx, 'STORED_PAYMENT_METHOD_WRITE');
  if (missing_contacts === 'create') requireScope(ctx, 'CONTACT_WRITE');
}

/**
 * The rows of a load are written in the name of who opened it and with what that caller may do: nobody else adds rows,
 * and nobody with an access token for less. Throws 403.
 */
export function requireOwnLoad(ctx: Context, { ordered_by: order }: Pick<TaskRow, 'ordered_by'>): void {
  const opener = callerOf(order);
  if (opener.kind !== ctx.caller.kind || opener.id !== ctx.caller.id) {
    throw new OnfileError('errormessage.bulk.load.other.caller');
  }
  for (const scope of opener.scopes) requireScope(ctx, scope);
}
