import type { Services } from '../../context.ts';
import { sameHash, secretHash } from '../../crypto/keyed-hash.ts';
import type { Secret } from '../../crypto/secret.ts';
import { OnfileError } from '../../errors.ts';
import { type ClientRow, findClient } from '../../store/credentials.ts';
import { tenantOfClientId } from '../clients/client-id.ts';
import { type Authenticated, knownScopes } from './api-key.ts';

export type ClientCredentials = { clientId: string; clientSecret: Secret<string> };

/** Which client this is. Throws one and the same 401 for an unknown client, a wrong secret and a revoked client. */
export async function authenticateClient(services: Services, credentials: ClientCredentials): Promise<Authenticated> {
  const refused = new OnfileError('errormessage.authentication.invalid');
  const { clientId, clientSecret } = credentials;
  const tenantId = tenantOfClientId(clientId);
  if (!tenantId) throw refused;
  const [tenant, client] = await Promise.all([
    services.tenantById(tenantId),
    findClient(services.db, tenantId, clientId),
  ]);
  if (!tenant || !client || client.revokedAt) throw refused;
  const hash = secretHash(clientSecret.reveal());
  if (!sameHash(client.secretHash, hash) && !isEarlierSecret(client, hash, services.now())) throw refused;
  const { scopes, contactId } = client;
  return {
    tenant,
    caller: { kind: 'client', id: clientId, scopes: knownScopes(scopes), ...(contactId !== null && { contactId }) },
  };
}

/** After a rotation the secret before is good for a while. */
const isEarlierSecret = (client: ClientRow, hash: Buffer, now: Date): boolean =>
  client.earlierSecretHash !== null &&
  client.earlierSecretUntil !== null &&
  client.earlierSecretUntil > now &&
  sameHash(client.earlierSecretHash, hash);
