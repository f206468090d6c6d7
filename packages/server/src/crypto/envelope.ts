import type { KeyObject } from 'node:crypto';
import { parse as uuidBytes, stringify as uuidText } from 'uuid';
import { decrypt, encrypt, tagBytes } from './aes-gcm.ts';
import { nonceBytes, randomNonce } from './nonce.ts';

/** A key together with the id that every ciphertext made with it carries. */
export type DataKey = { keyId: string; key: KeyObject };

const formatVersion = 1;
const keyIdOffset = 1;
const nonceOffset = keyIdOffset + 16;
const headerBytes = nonceOffset + nonceBytes;

/**
 * What a ciphertext is bound to. A value moved to another tenant, row, field or version no longer opens.
 * Parts are length-prefixed, so that no two bindings read alike.
 */
export type Binding = readonly [tenantId: string, table: string, rowId: string, field: string, version: number];

const additionalData = (binding: Binding): Buffer =>
  Buffer.from(binding.map((part) => `${String(part).length}:${part}`).join('|'));

/**
 * AES-256-GCM (NIST SP 800-38D) with a fresh random 96-bit nonce. Layout: format version (1 byte), key id (16),
 * nonce (12), ciphertext, tag (16).
 */
export function seal(clear: Buffer | string, dataKey: DataKey, binding: Binding): Buffer {
  const header = Buffer.allocUnsafe(headerBytes);
  header[0] = formatVersion;
  header.set(uuidBytes(dataKey.keyId), keyIdOffset);
  const nonce = randomNonce();
  header.set(nonce, nonceOffset);
  return Buffer.concat([header, ...encrypt(clear, dataKey.key, nonce, additionalData(binding))]);
}

/** The id of the key that a ciphertext was made with. Throws `SealBroken` for what is no ciphertext of ours. */
export function sealedUnder(sealed: Buffer): string {
  if (sealed[0] !== formatVersion || sealed.length < headerBytes + tagBytes) throw new SealBroken();
  return uuidText(sealed, keyIdOffset);
}

/** Opens what `seal` made. Throws `SealBroken`, which does not tell why, when anything does not fit. */
export function open(sealed: Buffer, dataKey: DataKey, binding: Binding): Buffer {
  if (sealedUnder(sealed) !== dataKey.keyId) throw new SealBroken();
  try {
    const nonce = sealed.subarray(nonceOffset, headerBytes);
    return decrypt(sealed.subarray(headerBytes), dataKey.key, nonce, additionalData(binding));
  } catch {
    throw new SealBroken();
  }
}

/** Seals anew, under another key, what `seal` made. Throws `SealBroken` as `open` does. */
export function reseal(sealed: Buffer, from: DataKey, to: DataKey, binding: Binding): Buffer {
  const clear = open(sealed, from, binding);
  const anew = seal(clear, to, binding);
  clear.fill(0);
  return anew;
}

/** A ciphertext that was changed, moved, or made with another key. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
  constructor() {
    super('a sealed value does not open: it was changed, moved, or sealed under another key');
  }
}
