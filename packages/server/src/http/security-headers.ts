import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { FastifyReply, FastifyRequest } from 'fastify';

export const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
} as const;

/** A year (RFC 6797). Not for subdomains, which may be somebody else's. */
const onlyHttps = { 'strict-transport-security': 'max-age=31536000' } as const;
/** Whatever else a developer serves there, on any port, would be held to HTTPS too. */
const developersOwn = /^(?:.+\.)?localhost$/i;

const strictTransport = (isHttps: boolean, hostname: string): Record<string, string> =>
  isHttps && !developersOwn.test(hostname) ? onlyHttps : {};

/** The strictest headers, set before the handler so that a page or a script can loosen what it must. */
export function setSecurityHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(securityHeaders);
  reply.headers(strictTransport(request.protocol === 'https', request.hostname));
}

/**
 * The same headers for an answer that does not go through the app. What a proxy says of HTTPS is believed unseen here:
 * browsers ignore the header over HTTP (RFC 6797, section 8.1), so a lie changes nothing.
 */
export function securityHeadersFor({ socket, headers }: IncomingMessage): Record<string, string> {
  const isHttps = socket instanceof TLSSocket || headers['x-forwarded-proto'] === 'https';
  const hostname = (headers.host ?? '').replace(/:\d*$/, '');
  return { ...securityHeaders, ...strictTransport(isHttps, hostname) };
}

/** The same for what could not be read as a request: there is only its connection, and the name that TLS was begun for. */
export function securityHeadersOn(socket: object): Record<string, string> {
  const { servername } = socket instanceof TLSSocket ? socket : { servername: false };
  return { ...securityHeaders, ...strictTransport(Boolean(servername), String(servername)) };
}
