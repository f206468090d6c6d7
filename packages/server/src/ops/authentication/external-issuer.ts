import { type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Services } from '../../context.ts';
import { type IssuerRow, listIssuers } from '../../store/issuers.ts';
import { recently } from './recent.ts';
import { type RemoteKeySet, remoteKeySet } from './remote-key-set.ts';
import { refuseOtherTypes, refuseToken, scopeNames, type VerifiedToken } from './verified-token.ts';

/** A key that its issuer withdrew is not taken for longer than this, even in a token that was seen before. */
const trustMs = 10 * 60_000;
const clockToleranceSeconds = 5;
/** With the id of its issuer before it, it must fit where a record names who changed it. */
const longestSubject = 150;

const recentIssuers = recently(async (services, tenantId) => await listIssuers(services.db, tenantId));

/** The issuer of a tenant's that has this id, or makes tokens with this `iss`; null when it has none. */
export async function findIssuer(
  services: Services,
  tenantId: string,
  by: { issuerId: string } | { issuer: string },
): Promise<IssuerRow | null> {
  const rows = (await recentIssuers(services, tenantId, 'issuers')) ?? [];
  return rows.find((row) => ('issuerId' in by ? row.issuerId === by.issuerId : row.issuer === by.issuer)) ?? null;
}

const keySets = new WeakMap<Services, LRUCache<string, RemoteKeySet>>();

function keySetOf(services: Services, { issuerId, jwksUrl }: IssuerRow): RemoteKeySet {
  let cache = keySets.get(services);
  if (!cache) {
    cache = new LRUCache({ max: 1_000 });
    keySets.set(services, cache);
  }
  let keySet = cache.get(issuerId);
  if (!keySet) {
    keySet = remoteKeySet(jwksUrl);
    cache.set(issuerId, keySet);
  }
  return keySet;
}

/**
 * Verifies a token of an external issuer against the keys that it publishes. Its tenant claim must name the tenant.
 * Throws 401 for any that does not verify, and when the keys cannot be had.
 */
export async function verifyExternalToken(
  services: Services,
  token: string,
  tenantId: string,
  issuer: IssuerRow,
): Promise<VerifiedToken> {
  const { payload, protectedHeader } = await jwtVerify(token, keySetOf(services, issuer), {
    algorithms: issuer.algorithms,
    issuer: issuer.issuer,
    audience: issuer.audiences,
    requiredClaims: ['exp', 'sub'],
    currentDate: services.now(),
    clockTolerance: clockToleranceSeconds,
  }).catch((cause: unknown) => {
    throw refuseToken(cause);
  });
  refuseOtherTypes(protectedHeader.typ);
  const { sub, exp } = payload;
  if (payload[issuer.tenantClaim] !== tenantId || !sub || sub.length > longestSubject || exp === undefined) {
    throw refuseToken();
  }
  return {
    issuerId: issuer.issuerId,
    kid: protectedHeader.kid ?? '',
    subject: sub,
    scopes: scopeNames(payload[issuer.scopeClaim]),
    contactId: contactOf(payload, issuer),
    goodUntil: Math.min(exp * 1000, services.now().getTime() + trustMs),
  };
}

/** A claim that is there limits, so one that cannot be understood must not be taken for none. */
function contactOf(payload: JWTPayload, { contactClaim }: IssuerRow): string | null {
  const contact = payload[contactClaim];
  if (contact === undefined) return null;
  if (typeof contact !== 'string' || contact === '') throw refuseToken();
  return contact;
}
