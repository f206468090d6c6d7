import { Secret } from '../crypto/secret.ts';
import type { ClientCredentials } from '../ops/authentication/client-credentials.ts';

const scheme = /^basic(?: |$)/i;
const header = /^basic +([\d+/a-z]+={0,2}) *$/i;

/** Whether the header names the Basic scheme (RFC 7617), be its credentials readable or not. */
export const isBasic = (authorization: string | undefined): authorization is string =>
  authorization !== undefined && scheme.test(authorization);

/** The client in an `Authorization: Basic` header, both parts form-encoded (RFC 6749, section 2.3.1); null: unreadable. */
export function parseBasicCredentials(authorization: string): ClientCredentials | null {
  const pair = Buffer.from(header.exec(authorization)?.[1] ?? '', 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon < 1) return null;
  try {
    return {
      clientId: formDecoded(pair.slice(0, colon)),
      clientSecret: new Secret(formDecoded(pair.slice(colon + 1))),
    };
  } catch {
    return null;
  }
}

const formDecoded = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));
