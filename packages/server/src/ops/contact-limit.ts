import type { Context } from '../context.ts';
import type { Scope } from '../contract/scopes.ts';
import { OnfileError, permissionsArgument } from '../errors.ts';

/**
 * Whether the caller may know of this contact. A credential can be limited to one contact; all else of the tenant's is
 * then answered like something that does not exist.
 */
export const mayKnowContact = ({ caller }: Pick<Context, 'caller'>, contactId: string): boolean =>
  caller.contactId === undefined || caller.contactId === contactId;

/** For what belongs to no single contact: throws 403 when the caller is limited to one. */
export function refuseLimitedCaller({ caller }: Pick<Context, 'caller'>, scope: Scope): void {
  if (caller.contactId === undefined) return;
  throw new OnfileError('errormessage.permission.denied', { args: [permissionsArgument([scope])] });
}
