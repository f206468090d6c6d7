import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from 'node:crypto';

/** What precedes the 32 bytes of an Ed25519 private key in PKCS #8 (RFC 8410, section 7). */
const pkcs8Header = Buffer.from('302e020100300506032b657004220420', 'hex');
const seedBytes = 32;

/** An Ed25519 key pair (RFC 8032). */
export type SigningPair = { privateKey: KeyObject; publicKey: KeyObject };

/**
 * The key pair of one purpose that belongs to a secret key, by HKDF-SHA-256 (RFC 5869): always the same one, so that it
 * is stored nowhere, and of no use for what the secret key itself does.
 */
export function deriveSigningPair(secret: KeyObject, purpose: string): SigningPair {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', purpose, seedBytes));
  const encoded = Buffer.concat([pkcs8Header, seed]);
  const privateKey = createPrivateKey({ key: encoded, format: 'der', type: 'pkcs8' });
  seed.fill(0);
  encoded.fill(0);
  return { privateKey, publicKey: createPublicKey(privateKey) };
}
