import type { FastifyReply } from 'fastify';

const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
} as const;

/** The strictest headers, set before the handler so that a page or a script can loosen what it must. */
export function setSecurityHeaders(reply: FastifyReply): void {
  reply.headers(securityHeaders);
}

/** The same headers for an answer that is written on the bare socket. */
export const securityHeaderLines = Object.entries(securityHeaders).map(([name, value]) => `${name}: ${value}`);
