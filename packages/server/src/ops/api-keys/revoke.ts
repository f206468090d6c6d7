import type { Context } from '../../context.ts';
import { OnfileError } from '../../errors.ts';
import { revokeApiKey as endApiKey, findApiKey } from '../../store/credentials.ts';
import { insertTrail } from '../../store/trail.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { operation } from '../operation.ts';
import { trailOf } from '../trail.ts';

/** Ends an API key for good, in every process within a second. Once more changes nothing. Throws 404. */
export const revokeApiKey = operation(
  null,
  async (ctx: Context, { keyId }: { keyId: string }): Promise<{ keyId: string; revokedAt: Date }> => {
    const key = await findApiKey(ctx.db, ctx.tenant.tenantId, keyId);
    if (!key) throw new OnfileError('errormessage.credential.not.found', { reference: 'keyId' });
    if (key.revokedAt) return { keyId, revokedAt: key.revokedAt };
    const revokedAt = ctx.now();
    const revoked = { keyId, revokedAt };
    await ctx.db.transaction(ctx.tenant.tenantId, async (tx) => {
      await endApiKey(tx, keyId, revokedAt);
      await insertTrail(
        tx,
        trailOf(ctx, { action: 'api_key.revoked', at: revokedAt, subject: { kind: 'api_key', id: keyId } }),
      );
      await keepAnswerIn(tx, ctx, revoked);
    });
    return revoked;
  },
);
