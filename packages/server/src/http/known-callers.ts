import type { IncomingHttpHeaders } from 'node:http';
import { LRUCache } from 'lru-cache';

const mostCallers = 10_000;
const longestCredential = 4096;
const stranger = '';

/** The headers that a credential comes in. */
const credentialHeaders = ['authorization', 'x-api-key', 'x-user-payment-session-token'] as const;
export type CredentialHeader = (typeof credentialHeaders)[number];

function credentialIn(headers: IncomingHttpHeaders, name: CredentialHeader): string | undefined {
  const credential = headers[name];
  return typeof credential === 'string' && credential.length <= longestCredential ? credential : undefined;
}

/**
 * Which tenant a request is of, before its credential is looked at: the one that the credential was good for lately.
 * What a request merely says of itself counts for nothing, or a flood in a tenant's name would use up that one's share.
 */
export class KnownCallers {
  readonly #tenants = new LRUCache<string, string>({ max: mostCallers });

  /** All whose credential was not seen to be good are one group. */
  groupOf(headers: IncomingHttpHeaders): string {
    for (const name of credentialHeaders) {
      const credential = credentialIn(headers, name);
      const tenantId = credential === undefined ? undefined : this.#tenants.get(credential);
      if (tenantId !== undefined) return tenantId;
    }
    return stranger;
  }

  /**
   * Remembers that the credential in this header was good for this tenant. Never another that came with it: whoever has
   * one good credential could make up the others, until nobody else is known any more.
   */
  remember(headers: IncomingHttpHeaders, name: CredentialHeader, tenantId: string): void {
    const credential = credentialIn(headers, name);
    if (credential !== undefined) this.#tenants.set(credential, tenantId);
  }

  /** It was refused: whoever holds it is not to use up its former tenant's share. */
  forget(headers: IncomingHttpHeaders): void {
    for (const name of credentialHeaders) {
      const credential = credentialIn(headers, name);
      if (credential !== undefined) this.#tenants.delete(credential);
    }
  }
}
