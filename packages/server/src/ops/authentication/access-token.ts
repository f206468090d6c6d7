import { decodeJwt, errors } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Caller, Services } from '../../context.ts';
import { OnfileError } from '../../errors.ts';
import { findClient } from '../../store/credentials.ts';
import { isTenantId } from '../tenants/tenant-id.ts';
import { type Authenticated, knownScopes } from './api-key.ts';
import { issuerOf, isVerifyingKey, verifyOwnToken } from './built-in-issuer.ts';
import { findIssuer, verifyExternalToken } from './external-issuer.ts';
import { recently } from './recent.ts';
import { refuseToken, type VerifiedToken } from './verified-token.ts';

const challenge = { 'www-authenticate': 'Bearer realm="onfile"' };

const recentClient = recently((services, tenantId, clientId) => findClient(services.db, tenantId, clientId));

/** So that a signature is verified once: a token that verified stays verified for as long as its issuer lets it. */
const verified = new WeakMap<Services, LRUCache<string, VerifiedToken>>();

function verifiedTokens(services: Services): LRUCache<string, VerifiedToken> {
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
  const said = await verify(services, token, tenantId);
  const [tenant, caller] = await Promise.all([
    services.tenantById(tenantId),
    said.issuerId === null ? clientOf(services, tenantId, said) : externalClientOf(services, tenantId, said),
  ]);
  if (!tenant || !caller) throw refuseToken();
  return { tenant, caller };
}

async function clientOf(services: Services, tenantId: string, said: VerifiedToken): Promise<Caller | null> {
  const [client, isCurrent] = await Promise.all([
    recentClient(services, tenantId, said.subject),
    isVerifyingKey(services, tenantId, said.kid),
  ]);
  if (!client || client.revokedAt || !isCurrent) return null;
  const { clientId, scopes, contactId } = client;
  return callerOf('client', clientId, said.scopes, scopes, contactId ?? said.contactId);
}

/** The id begins with the issuer's, because two issuers may have clients of the same name. */
async function externalClientOf(services: Services, tenantId: string, said: VerifiedToken): Promise<Caller | null> {
  const issuer = await findIssuer(services, tenantId, { issuerId: said.issuerId ?? '' });
  if (!issuer) return null;
  return callerOf('external-client', `${issuer.issuerId}.${said.subject}`, said.scopes, issuer.scopes, said.contactId);
}

const callerOf = (
  kind: Caller['kind'],
  id: string,
  claimed: readonly string[],
  granted: readonly string[],
  contactId: string | null,
): Caller => ({
  kind,
  id,
  scopes: knownScopes(claimed.filter((scope) => granted.includes(scope))),
  ...(contactId !== null && { contactId }),
});

async function verify(services: Services, token: string, tenantId: string): Promise<VerifiedToken> {
  if (!isTenantId(tenantId)) throw refuseToken();
  const cache = verifiedTokens(services);
  const cacheKey = `${tenantId} ${token}`;
  const known = cache.get(cacheKey);
  if (known && known.goodUntil > services.now().getTime()) return known;
  cache.delete(cacheKey);
  try {
    const said = await verifyAtIssuer(services, token, tenantId);
    cache.set(cacheKey, said);
    return said;
  } catch (error) {
    throw error instanceof errors.JOSEError ? refuseToken(error) : error;
  }
}

/** The token's word for who made it chooses the keys to verify it with, and is verified with them. */
async function verifyAtIssuer(services: Services, token: string, tenantId: string): Promise<VerifiedToken> {
  const { iss } = decodeJwt(token);
  if (iss === issuerOf(tenantId)) return verifyOwnToken(services, token, tenantId);
  const issuer = typeof iss === 'string' ? await findIssuer(services, tenantId, { issuer: iss }) : null;
  if (!issuer) throw refuseToken();
  return verifyExternalToken(services, token, tenantId, issuer);
}
