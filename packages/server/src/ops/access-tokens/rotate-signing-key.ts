import type { Context } from '../../context.ts';
import { deleteRetiredSigningKeys, insertSigningKey, retireSigningKeys } from '../../store/signing-keys.ts';
import { insertTrail } from '../../store/trail.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { operation } from '../operation.ts';
import { checkOverlap } from '../rotation-overlap.ts';
import { trailOf } from '../trail.ts';
import { accessTokenSeconds } from './issue.ts';
import { newSigningKey } from './signing-key.ts';

/** The life of a token, and a minute for the last one that is being signed and for clocks that differ. */
const untilLastTokenIsOverMs = (accessTokenSeconds + 60) * 1000;

export type RotatedSigningKey = {
  tenantId: string;
  kid: string;
  /** From then on no token of the keys before is taken. */
  earlierRetireAt: Date;
};

/**
 * Makes the key that signs the tenant's access tokens from now on. Those before verify until the last token that they
 * signed is over, or for `overlapMs`: 0 ends every token at once, when a key has leaked.
 */
export const rotateSigningKey = operation(
  null,
  async (ctx: Context, input: { overlapMs?: number | undefined }): Promise<RotatedSigningKey> => {
    const overlapMs = input.overlapMs ?? untilLastTokenIsOverMs;
    checkOverlap(overlapMs);
    const { tenantId } = ctx.tenant;
    const now = ctx.now();
    const key = await newSigningKey(tenantId, ctx.keys.wrapping, now);
    const rotated = { tenantId, kid: key.kid, earlierRetireAt: new Date(now.getTime() + overlapMs) };
    await ctx.db.transaction(tenantId, async (tx) => {
      await deleteRetiredSigningKeys(tx, now);
      await retireSigningKeys(tx, rotated.earlierRetireAt);
      await insertSigningKey(tx, key);
      await insertTrail(
        tx,
        trailOf(ctx, { action: 'signing_key.rotated', at: now, subject: { kind: 'signing_key', id: key.kid } }),
      );
      await keepAnswerIn(tx, ctx, rotated);
    });
    return rotated;
  },
);
