import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

/**
 * The key of one purpose that belongs to a secret key, by HKDF-SHA-256 (RFC 5869): always the same one, so that it is
 * stored nowhere, and of no use for what the secret key itself does. 256 bits.
 */
export function deriveKey(secret: KeyObject, purpose: string): KeyObject {
  const bytes = Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}
