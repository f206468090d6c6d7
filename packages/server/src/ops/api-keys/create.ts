import type { Context } from '../../context.ts';
import type { Scope } from '../../contract/scopes.ts';
import { secretHash } from '../../crypto/keyed-hash.ts';
import { formatNamedToken, randomText } from '../../crypto/random-token.ts';
import { Secret } from '../../crypto/secret.ts';
import { OnfileError } from '../../errors.ts';
import { insertApiKey } from '../../store/credentials.ts';
import { insertTrail } from '../../store/trail.ts';
import { apiKeyPrefix } from '../authentication/api-key.ts';
import { checkName } from '../display-name.ts';
import { grantedScopes } from '../granted-scopes.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { operation } from '../operation.ts';
import { trailOf } from '../trail.ts';

export type ApiKeyCreation = {
  name: string;
  scopes: readonly string[];
  /** Null: until it is revoked. */
  expiresAt: Date | null;
};

export type CreatedApiKey = {
  /** Shown this once; only a hash of its secret part is kept. */
  apiKey: Secret<string>;
  keyId: string;
  tenantId: string;
  name: string;
  scopes: Scope[];
  expiresAt: Date | null;
};

/** Makes an API key. Throws 400 for an unknown scope, for none, and for an end that is not in the future. */
export const createApiKey = operation(null, async (ctx: Context, input: ApiKeyCreation): Promise<CreatedApiKey> => {
  const { name, expiresAt } = input;
  const { tenantId } = ctx.tenant;
  checkName(name);
  const scopes = grantedScopes(input.scopes);
  const createdAt = ctx.now();
  if (expiresAt && !(expiresAt > createdAt)) {
    throw new OnfileError('errormessage.validation.value', { reference: 'expiresAt' });
  }
  const token = { tenantId, publicId: randomText(22), secret: randomText(43) };
  const keyId = token.publicId;
  const apiKey = new Secret(formatNamedToken(apiKeyPrefix, token));
  const created: CreatedApiKey = { apiKey, keyId, tenantId, name, scopes, expiresAt };
  await ctx.db.transaction(tenantId, async (tx) => {
    await insertApiKey(tx, { keyId, name, secretHash: secretHash(token.secret), scopes, createdAt, expiresAt });
    await insertTrail(
      tx,
      trailOf(ctx, { action: 'api_key.created', at: createdAt, subject: { kind: 'api_key', id: keyId } }),
    );
    await keepAnswerIn(tx, ctx, created);
  });
  return created;
});
