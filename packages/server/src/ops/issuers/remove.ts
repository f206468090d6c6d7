import type { Context } from '../../context.ts';
import { OnfileError } from '../../errors.ts';
import { deleteIssuer } from '../../store/issuers.ts';
import { insertTrail } from '../../store/trail.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { operation } from '../operation.ts';
import { trailOf } from '../trail.ts';

/** Takes no token of this issuer any more, in every process within a second. Throws 404. */
export const removeIssuer = operation(
  null,
  async (ctx: Context, { issuerId }: { issuerId: string }): Promise<{ issuerId: string }> => {
    const removed = { issuerId };
    await ctx.db.transaction(ctx.tenant.tenantId, async (tx) => {
      if (!(await deleteIssuer(tx, issuerId))) {
        throw new OnfileError('errormessage.issuer.not.found', { reference: 'issuerId' });
      }
      const subject = { kind: 'issuer', id: issuerId };
      await insertTrail(tx, trailOf(ctx, { action: 'issuer.removed', at: ctx.now(), subject }));
      await keepAnswerIn(tx, ctx, removed);
    });
    return removed;
  },
);
