import type { Context } from '../../context.ts';
import { OnfileError } from '../../errors.ts';
import { revokeClient as endClient, findClient } from '../../store/credentials.ts';
import { insertTrail } from '../../store/trail.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { operation } from '../operation.ts';
import { trailOf } from '../trail.ts';

/** Ends a client and its tokens for good, in every process within a second. Once more changes nothing. Throws 404. */
export const revokeClient = operation(
  null,
  async (ctx: Context, { clientId }: { clientId: string }): Promise<{ clientId: string; revokedAt: Date }> => {
    const client = await findClient(ctx.db, ctx.tenant.tenantId, clientId);
    if (!client) throw new OnfileError('errormessage.credential.not.found', { reference: 'clientId' });
    if (client.revokedAt) return { clientId, revokedAt: client.revokedAt };
    const revokedAt = ctx.now();
    const revoked = { clientId, revokedAt };
    await ctx.db.transaction(ctx.tenant.tenantId, async (tx) => {
      await endClient(tx, clientId, revokedAt);
      await insertTrail(
        tx,
        trailOf(ctx, { action: 'client.revoked', at: revokedAt, subject: { kind: 'client', id: clientId } }),
      );
      await keepAnswerIn(tx, ctx, revoked);
    });
    return revoked;
  },
);
