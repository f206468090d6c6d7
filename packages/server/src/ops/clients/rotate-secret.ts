import type { Context } from '../../context.ts';
import { secretHash } from '../../crypto/keyed-hash.ts';
import { randomText } from '../../crypto/random-token.ts';
import { Secret } from '../../crypto/secret.ts';
import { OnfileError } from '../../errors.ts';
import { replaceClientSecret } from '../../store/credential-rotation.ts';
import { findClient } from '../../store/credentials.ts';
import { insertTrail } from '../../store/trail.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { operation } from '../operation.ts';
import { checkOverlap } from '../rotation-overlap.ts';
import { trailOf } from '../trail.ts';

export type RotatedClientSecret = {
  clientId: string;
  tenantId: string;
  /** Shown this once; only its hash is kept. */
  clientSecret: Secret<string>;
  /** Until then the secret before is good too; null: no longer. */
  earlierSecretUntil: Date | null;
};

/**
 * Gives a client a new secret; the one before is good for `overlapMs` longer, and any still earlier one ends at once.
 * Access tokens stay valid. Throws 404 for an unknown client, 409 for a revoked one.
 */
export const rotateClientSecret = operation(
  null,
  async (ctx: Context, input: { clientId: string; overlapMs: number }): Promise<RotatedClientSecret> => {
    const { clientId, overlapMs } = input;
    checkOverlap(overlapMs);
    const { tenantId } = ctx.tenant;
    if (!(await findClient(ctx.db, tenantId, clientId))) {
      throw new OnfileError('errormessage.credential.not.found', { reference: 'clientId' });
    }
    const now = ctx.now();
    const secret = randomText(43);
    const earlierUntil = overlapMs === 0 ? null : new Date(now.getTime() + overlapMs);
    const rotated = { clientId, tenantId, clientSecret: new Secret(secret), earlierSecretUntil: earlierUntil };
    await ctx.db.transaction(tenantId, async (tx) => {
      if (!(await replaceClientSecret(tx, { clientId, secretHash: secretHash(secret), earlierUntil }))) {
        throw new OnfileError('errormessage.credential.over', { reference: 'clientId' });
      }
      await insertTrail(
        tx,
        trailOf(ctx, { action: 'client.rotated', at: now, subject: { kind: 'client', id: clientId } }),
      );
      await keepAnswerIn(tx, ctx, rotated);
    });
    return rotated;
  },
);
