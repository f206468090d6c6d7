import type { FastifyReply, FastifyRequest } from 'fastify';

export const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
} as const;

/** A year (RFC 6797). Not for subdomains, which may be somebody else's. */
const onlyHttps = 'max-age=31536000';
/** Whatever else a developer serves there, on any port, would be held to HTTPS too. */
const developersOwn = /^(?:.+\.)?localhost$/;

/** The strictest headers, set before the handler so that a page or a script can loosen what it must. */
export function setSecurityHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(securityHeaders);
  if (request.protocol === 'https' && !developersOwn.test(request.hostname)) {
    reply.header('strict-transport-security', onlyHttps);
  }
}

/** The same headers for an answer that is written on the bare socket. */
export const securityHeaderLines = Object.entries(securityHeaders).map(([name, value]) => `${name}: ${value}`);
