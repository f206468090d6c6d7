import { createSecretKey } from 'node:crypto';
import { keyedHash, secretHash } from '../../crypto/keyed-hash.ts';
import type { Secret } from '../../crypto/secret.ts';

const derive = (sessionSecret: Secret<string>, kind: string, ...parts: string[]): string =>
  keyedHash(createSecretKey(Buffer.from(sessionSecret.reveal())), kind, ...parts).toString('base64url');

/**
 * The token of a payment request: derived from the session's secret, so that a page that lost it can be told it again
 * while only its hash is kept.
 */
export const paymentRequestToken = (sessionSecret: Secret<string>, requestId: string): string =>
  `prt_${derive(sessionSecret, 'payment request', requestId)}`;

/** How a payment request's token is looked up. */
export const paymentRequestTokenHash = (token: string): Buffer => secretHash(token);

/**
 * Names a stored instrument inside one session, as the customer was shown it; it means nothing outside it. What the
 * customer tells instruments apart by belongs to it, so that no other one is picked by a token that was shown before.
 */
export const paymentInstrumentToken = (
  sessionSecret: Secret<string>,
  recordId: string,
  shown: readonly string[],
): string => `pit_${derive(sessionSecret, 'payment instrument', recordId, ...shown)}`;
