import { createLocalJWKSet, errors, type JWK, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Services } from '../../context.ts';
import { OnfileError } from '../../errors.ts';
import { findClient } from '../../store/credentials.ts';
import { listSigningKeys } from '../../store/signing-keys.ts';
import { isTenantId } from '../tenants/tenant-id.ts';
import { type Authenticated, knownScopes } from './api-key.ts';
import { recently } from './recent.ts';

export const signingAlgorithm = 'ES256';

/** Names the tenant and nothing of where the server runs, so that tokens survive a move. */
export const issuerOf = (tenantId: string): string => `urn:onfile:issuer:${tenantId}`;

const challenge = { 'www-authenticate': 'Bearer realm="onfile"' };
const invalidChallenge = { 'www-authenticate': 'Bearer realm="onfile", error="invalid_token"' };

const recentClient = recently((services, tenantId, clientId) => findClient(services.db, tenantId, clientId));
const recentVerifier = recently(async (services, tenantId) => {
  const keys = await listSigningKeys(services.db, tenantId);
  return keys.length === 0 ? null : { keySet: createLocalJWKSet({ keys: keys.map((key) => key.publicJwk as JWK) }) };
});

type Claims = { clientId: string; scopes: string[]; expiresAt: number };

/** Signatures cost 0.1 ms to verify; a token that verified stays verified until it expires. */
const verified = new WeakMap<Services, LRUCache<string, Claims>>();

function verifiedTokens(services: Services): LRUCache<string, Claims> {
  let cache = verified.get(services);
  if (!cache) {
    cache = new LRUCache({ max: 10_000 });
    verified.set(services, cache);
  }
  return cache;
}

/**
 * Who holds this access token for the tenant of the path. `Bearer <jwt>` and the bare `<jwt>` are both taken. Throws one
 * and the same 401 for every token that does not verify for that tenant, whether the tenant exists or not.
 */
export async function authenticateAccessToken(
  services: Services,
  authorization: string | undefined,
  tenantId: string,
): Promise<Authenticated> {
  const token = authorization?.replace(/^Bearer +/i, '').trim();
  if (!token) throw new OnfileError('errormessage.authentication.required', { headers: challenge });
  const claims = await verify(services, token, tenantId);
  const [tenant, client] = await Promise.all([
    services.tenantById(tenantId),
    recentClient(services, tenantId, claims.clientId),
  ]);
  if (!tenant || !client || client.revokedAt) throw refusal();
  const granted = claims.scopes.filter((scope) => client.scopes.includes(scope));
  return { tenant, caller: { kind: 'client', id: client.clientId, scopes: knownScopes(granted) } };
}

const refusal = (cause?: unknown) =>
  new OnfileError('errormessage.authentication.invalid', { headers: invalidChallenge, cause });

async function verify(services: Services, token: string, tenantId: string): Promise<Claims> {
  if (!isTenantId(tenantId)) throw refusal();
  const cache = verifiedTokens(services);
  const cacheKey = `${tenantId} ${token}`;
  const known = cache.get(cacheKey);
  if (known) {
    if (known.expiresAt > services.now().getTime()) return known;
    cache.delete(cacheKey);
    throw refusal();
  }
  const verifier = await recentVerifier(services, tenantId, 'signing-keys');
  if (!verifier) throw refusal();
  const claims = claimsOf(await verifiedPayload(services, token, tenantId, verifier.keySet), tenantId);
  cache.set(cacheKey, claims);
  return claims;
}

/** Algorithm, issuer and audience are pinned (RFC 8725, sections 3.1, 3.8 and 3.9). */
async function verifiedPayload(
  services: Services,
  token: string,
  tenantId: string,
  keySet: ReturnType<typeof createLocalJWKSet>,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keySet, {
      algorithms: [signingAlgorithm],
      issuer: issuerOf(tenantId),
      audience: services.config.tokenAudiences,
      requiredClaims: ['exp', 'sub'],
      currentDate: services.now(),
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) throw refusal(error);
    throw error;
  }
}

function claimsOf(payload: JWTPayload, tenantId: string): Claims {
  const { sub, exp, scope, tenant_id: tenant } = payload;
  if (typeof sub !== 'string' || typeof exp !== 'number' || tenant !== tenantId) throw refusal();
  return { clientId: sub, scopes: typeof scope === 'string' ? scope.split(' ') : [], expiresAt: exp * 1000 };
}
