import { OnfileError } from '../../errors.ts';

/** What an access token that verified says. */
export type VerifiedToken = {
  /** The external issuer that made it; null: the built-in one. */
  issuerId: string | null;
  kid: string;
  subject: string;
  scopes: string[];
  /** The one contact that it is limited to. */
  contactId: string | null;
  /** Milliseconds since 1970: until then the verification need not be repeated. */
  goodUntil: number;
};

/** One and the same 401 for every token that does not verify; the cause is never the caller's to know. */
export const refuseToken = (cause?: unknown): OnfileError =>
  new OnfileError('errormessage.authentication.invalid', {
    headers: { 'www-authenticate': 'Bearer realm="onfile", error="invalid_token"' },
    cause,
  });

const accessTokenType = /^(?:application\/)?(?:at\+)?jwt$/i;

/** RFC 8725, section 3.11: ID tokens, logout tokens and proofs of an issuer say what they are; few access tokens do. */
export function refuseOtherTypes(typ: string | undefined): void {
  if (typ !== undefined && !accessTokenType.test(typ)) throw refuseToken();
}

/** Scopes as RFC 8693, section 4.2 writes them, or as a list of names, as some issuers do. */
export function scopeNames(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ');
  return Array.isArray(claim) ? claim.filter((name) => typeof name === 'string') : [];
}
