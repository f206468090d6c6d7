import { type Scope, scopes } from '../contract/scopes.ts';
import { OnfileError, stringArgument } from '../errors.ts';

/** The scopes of a new credential, each once. Throws 400, reference `scopes`, for none and for an unknown one. */
export function grantedScopes(wanted: readonly string[]): Scope[] {
  if (wanted.length === 0) throw new OnfileError('errormessage.validation.required', { reference: 'scopes' });
  const known: readonly string[] = scopes;
  if (!wanted.every((name) => known.includes(name))) {
    throw new OnfileError('errormessage.validation.allowed.values', {
      reference: 'scopes',
      args: [stringArgument(scopes.join(', '))],
    });
  }
  return scopes.filter((scope) => wanted.includes(scope));
}
