import type { Context } from '../../context.ts';
import { enumArgument, OnfileError } from '../../errors.ts';
import { findTask, type TaskRow } from '../../store/background-tasks.ts';

export const kind = 'bulk_load';

/** The load as it is now. Throws 404 when the tenant has none of that id. */
export async function findBulkLoad(ctx: Context, id: string): Promise<TaskRow> {
  const task = await findTask(ctx.db, ctx.tenant.tenantId, kind, id);
  if (!task) throw new OnfileError('errormessage.bulk.load.not.found');
  return task;
}

/** The refusal of what a load's state does not allow. */
export const wrongState = ({ state }: Pick<TaskRow, 'state'>): OnfileError =>
  new OnfileError('errormessage.bulk.load.state', {
    args: [enumArgument((state === 'waiting' ? 'uploaded' : state).toUpperCase())],
  });
