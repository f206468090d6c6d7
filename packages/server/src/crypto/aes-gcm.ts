import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';

export const tagBytes = 16;

/**
 * AES-256-GCM (NIST SP 800-38D) with a 96-bit nonce, which must never be used twice with a key: the ciphertext and after
 * it the 128-bit tag, in pieces.
 */
export function encrypt(clear: Buffer | string, key: KeyObject, nonce: Buffer, additionalData: Buffer): Buffer[] {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(additionalData);
  const body = typeof clear === 'string' ? cipher.update(clear, 'utf8') : cipher.update(clear);
  return [body, cipher.final(), cipher.getAuthTag()];
}

/** The clear of a ciphertext and its tag. Throws when either, the nonce, the additional data or the key is another. */
export function decrypt(sealed: Buffer, key: KeyObject, nonce: Buffer, additionalData: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(additionalData);
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - tagBytes)), decipher.final()]);
}
