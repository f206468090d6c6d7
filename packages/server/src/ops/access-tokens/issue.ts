import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Services } from '../../context.ts';
import { scopes as everyScope, type Scope } from '../../contract/scopes.ts';
import { OnfileError, stringArgument } from '../../errors.ts';
import { listSigningKeys } from '../../store/signing-keys.ts';
import type { Authenticated } from '../authentication/api-key.ts';
import { issuerOf, signingAlgorithm } from '../authentication/built-in-issuer.ts';
import { signingKeyAt } from './key-choice.ts';
import { openSigningKey } from './signing-key.ts';

export const accessTokenSeconds = 86_400;

export type AccessToken = { token: string; expiresInSeconds: number; scopes: Scope[] };

/**
 * Signs an access token for a client that has proved who it is. The audience is one of the configured ones, the first
 * when left out; scopes, separated by single spaces, are all of the client's when left out.
 * Throws 400 with reference `audience` or `scope` for what this client cannot be given.
 */
export async function issueAccessToken(
  services: Services,
  { tenant, caller }: Authenticated,
  wanted: { audience?: string | undefined; scope?: string | undefined },
): Promise<AccessToken> {
  const { tenantId } = tenant;
  const audience = audienceOf(services.config.tokenAudiences, wanted.audience);
  const scopes = scopesOf(caller.scopes, wanted.scope);
  const key = signingKeyAt(await listSigningKeys(services.db, tenantId), services.now());
  if (!key) throw new Error(`tenant ${tenantId} has no signing key`);
  const keys = await services.keysOf(tenantId);
  const issuedAt = Math.floor(services.now().getTime() / 1000);
  const token = await new SignJWT({
    tenant_id: tenantId,
    scope: scopes.join(' '),
    ...(caller.contactId !== undefined && { contact_id: caller.contactId }),
  })
    .setProtectedHeader({ alg: signingAlgorithm, kid: key.kid, typ: 'JWT' })
    .setIssuer(issuerOf(tenantId))
    .setSubject(caller.id)
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + accessTokenSeconds)
    .setJti(randomUUID())
    .sign(await openSigningKey(tenantId, key, keys));
  return { token, expiresInSeconds: accessTokenSeconds, scopes };
}

function audienceOf(configured: readonly string[], wanted: string | undefined): string {
  const audience = wanted === undefined ? configured[0] : configured.find((known) => known === wanted);
  if (audience !== undefined) return audience;
  throw new OnfileError('errormessage.validation.allowed.values', {
    reference: 'audience',
    args: [stringArgument(configured.join(', '))],
  });
}

function scopesOf(granted: ReadonlySet<Scope>, wanted: string | undefined): Scope[] {
  const held = everyScope.filter((scope) => granted.has(scope));
  if (wanted === undefined) return held;
  const names = wanted.split(' ');
  const known: readonly string[] = held;
  if (names.every((name) => known.includes(name))) return held.filter((scope) => names.includes(scope));
  throw new OnfileError('errormessage.validation.allowed.values', {
    reference: 'scope',
    args: [stringArgument(held.join(', '))],
  });
}
