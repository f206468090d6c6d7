import type { Context } from '../../context.ts';
import type { Recalculation } from '../../contract/recalculation.ts';
import { insertTrail } from '../../store/trail.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { operation } from '../operation.ts';
import { trailOf } from '../trail.ts';
import { kind, orderRecalculation } from './order.ts';
import { presentRecalculation } from './present.ts';

/** Orders that all records are calculated anew, or answers the recalculation that is waiting already. */
export const createRecalculation = operation('CUSTOM_FIELD_WRITE', async (ctx: Context): Promise<Recalculation> => {
  refuseLimitedCaller(ctx, 'CUSTOM_FIELD_WRITE');
  return ctx.db.transaction(ctx.tenant.tenantId, async (tx) => {
    const shown = presentRecalculation(await orderRecalculation(tx, ctx));
    const subject = { kind, id: shown.id };
    await insertTrail(tx, trailOf(ctx, { action: 'recalculation.ordered', at: ctx.now(), subject }));
    await keepAnswerIn(tx, ctx, shown);
    return shown;
  });
});
