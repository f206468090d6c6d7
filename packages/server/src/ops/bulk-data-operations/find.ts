import type { Context } from '../../context.ts';
import { OnfileError } from '../../errors.ts';
import { findTask, type TaskRow } from '../../store/background-tasks.ts';

export const kind = 'bulk_data_operation';

/** The operation as it is now. Throws 404 when the tenant has none of that id. */
export async function findBulkDataOperation(ctx: Context, id: string): Promise<TaskRow> {
  const task = await findTask(ctx.db, ctx.tenant.tenantId, kind, id);
  if (!task) throw new OnfileError('errormessage.bulk.operation.not.found');
  return task;
}
