import type { Context } from '../../context.ts';
import type { Recalculation } from '../../contract/recalculation.ts';
import { OnfileError } from '../../errors.ts';
import { findTask } from '../../store/background-tasks.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { operation } from '../operation.ts';
import { kind } from './order.ts';
import { presentRecalculation } from './present.ts';

/** One recalculation, as far as it got. Throws 404 when the tenant has none of that id. */
export const getRecalculation = operation(
  'CUSTOM_FIELD_READ',
  async (ctx: Context, { id }: { id: string }): Promise<Recalculation> => {
    refuseLimitedCaller(ctx, 'CUSTOM_FIELD_READ');
    const task = await findTask(ctx.db, ctx.tenant.tenantId, kind, id);
    if (!task) throw new OnfileError('errormessage.recalculation.not.found', { reference: 'id' });
    return presentRecalculation(task);
  },
);
