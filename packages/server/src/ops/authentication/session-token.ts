import type { Services } from '../../context.ts';
import { sameHash, secretHash } from '../../crypto/keyed-hash.ts';
import { parseNamedToken } from '../../crypto/random-token.ts';
import { Secret } from '../../crypto/secret.ts';
import { OnfileError } from '../../errors.ts';
import { extendSession, type FoundSession, findSession } from '../../store/payment-sessions.ts';
import type { Authenticated } from './api-key.ts';

export const sessionTokenPrefix = 'ups';

/** A session in use lives on for this long after the last call, */
const extensionMs = 15 * 60_000;
/** but never longer than this in all. */
const longestSessionMs = 2 * 3_600_000;

export type AuthenticatedSession = Authenticated & { session: FoundSession; secret: Secret<string> };

/** Whose session this is, extended while the customer is at work. Throws one 401 for unknown, expired and closed. */
export async function authenticateSession(
  services: Services,
  sessionToken: string | undefined,
): Promise<AuthenticatedSession> {
  const refused = new OnfileError('errormessage.session.invalid', {
    headers: { 'www-authenticate': 'SessionToken realm="onfile"' },
  });
  const token = sessionToken ? parseNamedToken(sessionTokenPrefix, sessionToken) : null;
  if (!token) throw refused;
  const tenant = await services.tenantById(token.tenantId);
  const session = tenant && (await findSession(services.db, token.tenantId, token.publicId));
  if (!tenant || !session || !sameHash(session.secret_hash, secretHash(token.secret))) throw refused;
  if (session.closed_at || session.valid_until <= services.now()) throw refused;
  return {
    tenant,
    session: await extended(services, tenant.tenantId, session),
    secret: new Secret(token.secret),
    caller: { kind: 'session', id: session.session_id, scopes: new Set() },
  };
}

async function extended(services: Services, tenantId: string, session: FoundSession): Promise<FoundSession> {
  const until = Math.min(services.now().getTime() + extensionMs, session.created_at.getTime() + longestSessionMs);
  if (session.valid_until.getTime() >= until) return session;
  const validUntil = new Date(until);
  await extendSession(services.db, tenantId, session.session_id, validUntil);
  return { ...session, valid_until: validUntil };
}
