import type { ExplanationsOf } from './explanation.ts';

export const ofAccess: ExplanationsOf<
  'tenant.' | 'credential.' | 'issuer.' | 'authentication.' | 'permission.' | 'https.' | 'live.'
> = {
  'errormessage.tenant.not.found': {
    when: 'There is no such tenant, or it is not the caller’s.',
    next: 'Check the tenant id.',
  },
  'errormessage.tenant.exists': {
    when: 'A tenant or a sandbox was to be made by an id that is taken.',
    next: 'Choose another id.',
  },
  'errormessage.credential.not.found': {
    when: 'The tenant has no such key or client.',
    next: 'Check the id in the list of keys and clients.',
  },
  'errormessage.credential.over': {
    when: 'A key or client that was revoked, expired or replaced was to be rotated.',
    next: 'Rotate the current one, or make a new one.',
  },
  'errormessage.issuer.exists': {
    when: 'The tenant trusts this issuer already.',
    next: 'Remove it first to change it.',
  },
  'errormessage.issuer.not.found': {
    when: 'The tenant trusts no such issuer.',
    next: 'Check the issuer in the list.',
  },
  'errormessage.authentication.required': {
    when: 'The request has no API key and no access token.',
    next: 'Send `x-api-key` to the Customer API, `Authorization` to the Records API.',
  },
  'errormessage.authentication.invalid': {
    when: 'The key or token is wrong, expired, revoked, or not for this tenant. Which of these is not told.',
    next: 'Get a new one. A token from `POST /oauth/token` lasts as long as its answer says.',
  },
  'errormessage.permission.denied': {
    when: 'The caller is known, but lacks the scope in the argument, or is limited to one contact.',
    next: 'Let an administrator give the scope, or call with another credential.',
  },
  'errormessage.https.required': {
    when: 'A tenant in live mode was called without HTTPS. The credential went over the network in clear.',
    next: 'Replace the credential and call by HTTPS.',
  },
  'errormessage.live.mode.unavailable': {
    when: 'The tenant is in live mode, and the installation lacks what live mode needs.',
    next: 'Let whoever runs the installation run `onfile doctor`.',
  },
};
