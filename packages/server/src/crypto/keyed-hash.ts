import { createHash, createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';

/** HMAC-SHA-256 (RFC 2104) over pieces that follow each other. */
export function hmacSha256(key: KeyObject, pieces: readonly (string | Buffer)[]): Buffer {
  const hmac = createHmac('sha256', key);
  for (const piece of pieces) hmac.update(piece);
  return hmac.digest();
}

/** HMAC-SHA-256 over length-prefixed parts: fingerprints, audit codes, request hashes. */
export const keyedHash = (key: KeyObject, ...parts: readonly (string | Buffer)[]): Buffer =>
  hmacSha256(
    key,
    parts.flatMap((part) => [`${Buffer.byteLength(part)}:`, part]),
  );

/** SHA-256: enough for secrets of 256 random bits, which no dictionary holds. */
export const secretHash = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Whether two hashes are the same, in a time that does not depend on where they differ. */
export const sameHash = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);
