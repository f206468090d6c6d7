import { createSecretKey } from 'node:crypto';
import { keyedHash, secretHash } from '../../crypto/keyed-hash.ts';
import type { Secret } from '../../crypto/secret.ts';

const derive = (sessionSecret: Secret<string>, kind: string, id: string): string =>
  keyedHash(createSecretKey(Buffer.from(sessionSecret.reveal())), kind, id).toString('base64url');

/**
 * The token of a payment request: derived from the session's secret, so that a page that lost it can be told it again
 * while only its hash is kept.
 */
export const paymentRequestToken = (sessionSecret: Secret<string>, requestId: string): string =>
  `prt_${derive(sessionSecret, 'payment request', requestId)}`;

/** How a payment request's token is looked up. */
export const paymentRequestTokenHash = (token: string): Buffer => secretHash(token);

/** Names a stored instrument inside one session; it means nothing outside it. */
export const paymentInstrumentToken = (sessionSecret: Secret<string>, recordId: string): string =>
  `pit_${derive(sessionSecret, 'payment instrument', recordId)}`;
