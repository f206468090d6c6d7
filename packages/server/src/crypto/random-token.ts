import { randomBytes } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const unbiasedLimit = 256 - (256 % alphabet.length);

/** Random text of letters and digits: 43 characters hold 256 bits, 22 hold 131. */
export function randomText(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < unbiasedLimit && text.length < length) text += alphabet[byte % alphabet.length];
    }
  }
  return text;
}

/**
 * A token that names its tenant, so that it can be looked up inside the tenant's walls:
 * `<prefix>_<tenantId>.<public part>_<secret>`. Only a hash of the secret is kept.
 */
export type NamedToken = { tenantId: string; publicId: string; secret: string };

/** The token as its holder sends it. */
export const formatNamedToken = (prefix: string, token: NamedToken): string =>
  `${prefix}_${token.tenantId}.${token.publicId}_${token.secret}`;

/** Takes a token apart, or answers null for anything that this prefix could not have made. */
export function parseNamedToken(prefix: string, text: string): NamedToken | null {
  const match = /^([a-z]+)_([a-z0-9][a-z0-9-]{1,62})\.([0-9A-Za-z]{16,32})_([0-9A-Za-z]{32,64})$/.exec(text);
  if (!match || match[1] !== prefix) return null;
  const [, , tenantId, publicId, secret] = match;
  return tenantId && publicId && secret ? { tenantId, publicId, secret } : null;
}
