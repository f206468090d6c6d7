import type { IncomingHttpHeaders } from 'node:http';
import { LRUCache } from 'lru-cache';

const mostCallers = 10_000;
/** A tenant has as many credentials as it makes sessions, and must not make the others' forgotten by them. */
const mostOfTenant = 1000;
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
  /** The credentials of each tenant, the one that was used last at the end. */
  readonly #credentials = new Map<string, Set<string>>();
  readonly #tenants = new LRUCache<string, string>({
    max: mostCallers,
    dispose: (tenantId, credential) => this.#drop(tenantId, credential),
  });

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
    if (credential === undefined) return;
    this.#tenants.set(credential, tenantId);
    const credentials = this.#credentials.get(tenantId) ?? new Set();
    this.#credentials.set(tenantId, credentials);
    credentials.delete(credential);
    credentials.add(credential);
    const [oldest] = credentials;
    if (credentials.size > mostOfTenant && oldest !== undefined) this.#tenants.delete(oldest);
  }

  /** It was refused: whoever holds it is not to use up its former tenant's share. */
  forget(headers: IncomingHttpHeaders): void {
    for (const name of credentialHeaders) {
      const credential = credentialIn(headers, name);
      if (credential !== undefined) this.#tenants.delete(credential);
    }
  }

  #drop(tenantId: string, credential: string): void {
    const credentials = this.#credentials.get(tenantId);
    credentials?.delete(credential);
    if (credentials?.size === 0) this.#credentials.delete(tenantId);
  }
}
