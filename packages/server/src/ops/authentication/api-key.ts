import type { Caller, Services } from '../../context.ts';
import { type Scope, scopes } from '../../contract/scopes.ts';
import { sameHash, secretHash } from '../../crypto/keyed-hash.ts';
import { parseNamedToken } from '../../crypto/random-token.ts';
import { OnfileError } from '../../errors.ts';
import { findApiKey } from '../../store/credentials.ts';
import type { Tenant } from '../../store/tenants.ts';
import { recently } from './recent.ts';

export const apiKeyPrefix = 'ofk';

export type Authenticated = { tenant: Tenant; caller: Caller };

const challenge = { 'www-authenticate': 'ApiKey realm="onfile", header="x-api-key"' };
const recentApiKey = recently((services, tenantId, keyId) => findApiKey(services.db, tenantId, keyId));

export const knownScopes = (names: readonly string[]): ReadonlySet<Scope> =>
  new Set(scopes.filter((scope) => names.includes(scope)));

/** Who holds this API key. Throws 401, the same for a wrong, an expired and a revoked one. */
export async function authenticateApiKey(services: Services, key: string | undefined): Promise<Authenticated> {
  if (!key) throw new OnfileError('errormessage.authentication.required', { headers: challenge });
  const refused = new OnfileError('errormessage.authentication.invalid', { headers: challenge });
  const token = parseNamedToken(apiKeyPrefix, key);
  if (!token) throw refused;
  const [tenant, row] = await Promise.all([
    services.tenantById(token.tenantId),
    recentApiKey(services, token.tenantId, token.publicId),
  ]);
  if (!tenant || !row || !sameHash(row.secretHash, secretHash(token.secret))) throw refused;
  if (row.revokedAt || (row.expiresAt && row.expiresAt <= services.now())) throw refused;
  return { tenant, caller: { kind: 'api-key', id: row.keyId, scopes: knownScopes(row.scopes) } };
}
