import type { IncomingHttpHeaders } from 'node:http';
import { LRUCache } from 'lru-cache';

const mostCallers = 10_000;
const longestCredential = 4096;
const stranger = '';

const credentialOf = ({ authorization, ...headers }: IncomingHttpHeaders): string | undefined => {
  const credential = authorization ?? headers['x-api-key'] ?? headers['x-user-payment-session-token'];
  return typeof credential === 'string' && credential.length <= longestCredential ? credential : undefined;
};

/**
 * Which tenant a request is of, before its credential is looked at: the one that the credential was good for lately.
 * What a request merely says of itself counts for nothing, or a flood in a tenant's name would use up that one's share.
 */
export class KnownCallers {
  readonly #tenants = new LRUCache<string, string>({ max: mostCallers });

  /** All whose credential was not seen to be good are one group. */
  groupOf(headers: IncomingHttpHeaders): string {
    const credential = credentialOf(headers);
    return (credential === undefined ? undefined : this.#tenants.get(credential)) ?? stranger;
  }

  /** Remembers that the request's credential was good for this tenant. */
  remember(headers: IncomingHttpHeaders, tenantId: string): void {
    const credential = credentialOf(headers);
    if (credential !== undefined) this.#tenants.set(credential, tenantId);
  }

  /** It was refused: whoever holds it is not to use up its former tenant's share. */
  forget(headers: IncomingHttpHeaders): void {
    const credential = credentialOf(headers);
    if (credential !== undefined) this.#tenants.delete(credential);
  }
}
