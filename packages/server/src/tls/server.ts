import type { RequestListener, ServerOptions } from 'node:http';
import { createServer, Server } from 'node:https';
import type { Certificate } from './certificate.ts';

/** Forward secrecy and authenticated encryption only (RFC 9325, section 4.2); those of TLS 1.3 all have both. */
const ciphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/** What stays when the certificate is another one. */
const parameters = { minVersion: 'TLSv1.2', ciphers } as const;
const handshakeMs = 10_000;

/** A server of HTTPS that does not listen yet; its certificate can be renewed while it serves. */
export const createTlsServer = (
  { cert, key }: Certificate,
  limits: ServerOptions & { keepAliveTimeout: number },
  listener: RequestListener,
): Server => createServer({ ...limits, ...parameters, cert, key, handshakeTimeout: handshakeMs }, listener);

/** Serves new connections with another certificate; those that are open keep theirs. */
export function renewCertificate(server: object, { cert, key }: Certificate): void {
  if (!(server instanceof Server)) throw new Error('not a server of HTTPS');
  server.setSecureContext({ ...parameters, cert, key });
}
