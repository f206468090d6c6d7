import { isIP } from 'node:net';
import { OnfileError, stringArgument } from '../../errors.ts';
import type { Tenant } from '../../store/tenants.ts';
import { isLoopbackHost, isPublicAddress } from '../authentication/public-address.ts';
import { refuseCardNumbers } from '../card-number-scan.ts';

/** Asymmetric signatures only: with a shared secret, whoever verifies could also sign (RFC 8725, section 3.2). */
export const issuerAlgorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;

/** What an operator says of an issuer whose access tokens the tenant takes. */
export type IssuerAddition = {
  issuer: string;
  jwksUrl: string;
  audiences: readonly string[];
  algorithms: readonly string[];
  tenantClaim: string;
  contactClaim: string;
  scopeClaim: string;
  scopes: readonly string[];
};

const longestText = 500;

/** Throws 400 naming the first part that cannot be used. */
export function checkIssuer(addition: IssuerAddition, mode: Tenant['mode']): void {
  // Another tenant's built-in issuer, or one that looks like ours, is not an external one.
  refuseUnless(isText(addition.issuer) && !addition.issuer.startsWith('urn:onfile:'), 'issuer');
  refuseUnless(isKeyAddress(addition.jwksUrl, mode), 'jwksUrl');
  if (addition.audiences.length === 0)
    throw new OnfileError('errormessage.validation.required', { reference: 'audiences' });
  refuseUnless(addition.audiences.every(isText), 'audiences');
  const known: readonly string[] = issuerAlgorithms;
  if (addition.algorithms.length === 0 || !addition.algorithms.every((name) => known.includes(name))) {
    throw new OnfileError('errormessage.validation.allowed.values', {
      reference: 'algorithms',
      args: [stringArgument(issuerAlgorithms.join(', '))],
    });
  }
  for (const claim of ['tenantClaim', 'contactClaim', 'scopeClaim'] as const)
    refuseUnless(isText(addition[claim]), claim);
  refuseCardNumbers(addition);
}

const isText = (text: string): boolean => text.trim() !== '' && text.length <= longestText;

/** HTTPS to a public host, so that nobody makes the server look around in its own network; in test mode also this machine. */
function isKeyAddress(text: string, mode: Tenant['mode']): boolean {
  const url = isText(text) ? URL.parse(text) : null;
  if (!url || url.username || url.password || url.hash) return false;
  if (isLoopbackHost(url.hostname)) return mode === 'test' && /^https?:$/.test(url.protocol);
  const host = url.hostname.replaceAll(/[[\]]/g, '');
  return url.protocol === 'https:' && (isIP(host) === 0 || isPublicAddress(host));
}

function refuseUnless(isValid: boolean, reference: keyof IssuerAddition): void {
  if (!isValid) throw new OnfileError('errormessage.validation.value', { reference });
}
