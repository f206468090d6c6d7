import type { Context } from '../../context.ts';
import { secretHash } from '../../crypto/keyed-hash.ts';
import { formatNamedToken, randomText } from '../../crypto/random-token.ts';
import { Secret } from '../../crypto/secret.ts';
import { OnfileError } from '../../errors.ts';
import { replaceApiKey } from '../../store/credential-rotation.ts';
import { type ApiKeyRow, findApiKey, insertApiKey } from '../../store/credentials.ts';
import { insertTrail } from '../../store/trail.ts';
import { apiKeyPrefix, knownScopes } from '../authentication/api-key.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { operation } from '../operation.ts';
import { checkOverlap } from '../rotation-overlap.ts';
import { trailOf } from '../trail.ts';
import type { CreatedApiKey } from './create.ts';

export type RotatedApiKey = CreatedApiKey & {
  replacedKeyId: string;
  /** Until then both keys are good. */
  replacedExpiresAt: Date;
};

/**
 * Makes the key that takes another one's place, with its name, scopes and length of life; the other one expires after
 * `overlapMs`, or when it would anyway. Throws 404 for an unknown key, 409 for one that is over or was rotated before.
 */
export const rotateApiKey = operation(
  null,
  async (ctx: Context, { keyId, overlapMs }: { keyId: string; overlapMs: number }): Promise<RotatedApiKey> => {
    checkOverlap(overlapMs);
    const { tenantId } = ctx.tenant;
    const before = await findApiKey(ctx.db, tenantId, keyId);
    if (!before) throw new OnfileError('errormessage.credential.not.found', { reference: 'keyId' });
    const now = ctx.now();
    const until = new Date(now.getTime() + overlapMs);
    const token = { tenantId, publicId: randomText(22), secret: randomText(43) };
    const rotated: RotatedApiKey = {
      apiKey: new Secret(formatNamedToken(apiKeyPrefix, token)),
      keyId: token.publicId,
      tenantId,
      name: before.name,
      scopes: [...knownScopes(before.scopes)],
      expiresAt: sameLifeFrom(now, before),
      replacedKeyId: keyId,
      replacedExpiresAt: before.expiresAt && before.expiresAt < until ? before.expiresAt : until,
    };
    await ctx.db.transaction(tenantId, async (tx) => {
      if (!(await replaceApiKey(tx, { keyId, replacedBy: rotated.keyId, until, now }))) {
        throw new OnfileError('errormessage.credential.over', { reference: 'keyId' });
      }
      await insertApiKey(tx, { ...rotated, secretHash: secretHash(token.secret), createdAt: now });
      const details = { under: ctx.keys.wrapping, value: { replaced_by: rotated.keyId } };
      await insertTrail(
        tx,
        trailOf(ctx, { action: 'api_key.rotated', at: now, subject: { kind: 'api_key', id: keyId }, details }),
      );
      await insertTrail(
        tx,
        trailOf(ctx, { action: 'api_key.created', at: now, subject: { kind: 'api_key', id: rotated.keyId } }),
      );
      await keepAnswerIn(tx, ctx, rotated);
    });
    return rotated;
  },
);

const sameLifeFrom = (now: Date, { createdAt, expiresAt }: ApiKeyRow): Date | null =>
  expiresAt && new Date(now.getTime() + expiresAt.getTime() - createdAt.getTime());
