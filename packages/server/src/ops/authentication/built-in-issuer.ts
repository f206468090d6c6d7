import { createLocalJWKSet, type JWK, jwtVerify } from 'jose';
import type { Services } from '../../context.ts';
import { listSigningKeys } from '../../store/signing-keys.ts';
import { verifyingKeys } from '../access-tokens/key-choice.ts';
import { recently } from './recent.ts';
import { refuseOtherTypes, refuseToken, scopeNames, type VerifiedToken } from './verified-token.ts';

export const signingAlgorithm = 'ES256';

/** Names the tenant and nothing of where the server runs, so that tokens survive a move. */
export const issuerOf = (tenantId: string): string => `urn:onfile:issuer:${tenantId}`;

const recentKeySet = recently(async (services, tenantId) => {
  const rows = verifyingKeys(await listSigningKeys(services.db, tenantId), services.now());
  if (rows.length === 0) return null;
  const keys = rows.map((row) => row.publicJwk as JWK);
  return { keys, kids: new Set(rows.map((row) => row.kid)), keySet: createLocalJWKSet({ keys }) };
});

/** The public halves of the tenant's keys that verify now (RFC 7517); none when there is no such tenant. */
export const publicKeysOf = async (services: Services, tenantId: string): Promise<JWK[]> =>
  (await recentKeySet(services, tenantId, 'signing-keys'))?.keys ?? [];

/** Whether a token that was signed with this key may still be taken. */
export const isVerifyingKey = async (services: Services, tenantId: string, kid: string): Promise<boolean> =>
  (await recentKeySet(services, tenantId, 'signing-keys'))?.kids.has(kid) ?? false;

/**
 * Verifies a token of the tenant's own issuer. Algorithm, issuer and audience are pinned (RFC 8725, sections 3.1, 3.8
 * and 3.9). Throws a `JOSEError`, or 401, for any that does not verify.
 */
export async function verifyOwnToken(services: Services, token: string, tenantId: string): Promise<VerifiedToken> {
  const known = await recentKeySet(services, tenantId, 'signing-keys');
  if (!known) throw refuseToken();
  const { payload, protectedHeader } = await jwtVerify(token, known.keySet, {
    algorithms: [signingAlgorithm],
    issuer: issuerOf(tenantId),
    audience: services.config.tokenAudiences,
    requiredClaims: ['exp', 'sub'],
    currentDate: services.now(),
  });
  const { sub, exp, scope, tenant_id: tenant, contact_id: contact } = payload;
  const { kid, typ } = protectedHeader;
  refuseOtherTypes(typ);
  if (typeof sub !== 'string' || typeof exp !== 'number' || !kid || tenant !== tenantId) throw refuseToken();
  const contactId = typeof contact === 'string' ? contact : null;
  return { issuerId: null, kid, subject: sub, scopes: scopeNames(scope), contactId, goodUntil: exp * 1000 };
}
