import type { Context } from '../../context.ts';
import { randomText } from '../../crypto/random-token.ts';
import { OnfileError } from '../../errors.ts';
import { sqlState } from '../../store/database.ts';
import { type IssuerRow, insertIssuer } from '../../store/issuers.ts';
import { insertTrail } from '../../store/trail.ts';
import { grantedScopes } from '../granted-scopes.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { operation } from '../operation.ts';
import { trailOf } from '../trail.ts';
import { checkIssuer, type IssuerAddition } from './rules.ts';

/**
 * Lets the tenant take the access tokens of an external issuer, for the audiences, algorithms and scopes named. Throws
 * 400 naming what cannot be used, 409 when the tenant has that issuer already.
 */
export const addIssuer = operation(null, async (ctx: Context, addition: IssuerAddition): Promise<IssuerRow> => {
  checkIssuer(addition, ctx.tenant.mode);
  const row: IssuerRow = {
    issuerId: `iss_${randomText(16)}`,
    issuer: addition.issuer,
    jwksUrl: addition.jwksUrl,
    audiences: [...new Set(addition.audiences)],
    algorithms: [...new Set(addition.algorithms)],
    tenantClaim: addition.tenantClaim,
    contactClaim: addition.contactClaim,
    scopeClaim: addition.scopeClaim,
    scopes: grantedScopes(addition.scopes),
    createdAt: ctx.now(),
  };
  const { issuerId: id, createdAt: at, ...stated } = row;
  const details = { under: ctx.keys.wrapping, value: stated };
  await ctx.db.transaction(ctx.tenant.tenantId, async (tx) => {
    await insertIssuer(tx, row).catch(refuseKnownIssuer);
    await insertTrail(tx, trailOf(ctx, { action: 'issuer.added', at, subject: { kind: 'issuer', id }, details }));
    await keepAnswerIn(tx, ctx, row);
  });
  return row;
});

function refuseKnownIssuer(error: unknown): never {
  if (sqlState(error) !== '23505') throw error;
  throw new OnfileError('errormessage.issuer.exists', { reference: 'issuer', cause: error });
}
