import { isDeepStrictEqual } from 'node:util';
import type { Context } from '../context.ts';
import { parseInstant } from '../contract/instant.ts';
import type { ErrorCode } from '../error-codes.ts';
import { fieldsArgument, integerArgument, OnfileError } from '../errors.ts';
import type { Tenant } from '../store/tenants.ts';

/** What the caller knows of the record that it is about to change. */
export type Preconditions = {
  /** The header as sent. */
  ifMatch?: string | undefined;
  sysVersion?: number | undefined;
  /** RFC 3339. */
  sysLastModifiedAt?: string | undefined;
};

export type CurrentVersion = { sys_version: number; sys_last_modified_at: Date };

/** Which version the caller based its change on, as far as its precondition tells. */
export type Basis = { version: number } | { instant: Date } | null;

export type Failure = { code: ErrorCode; basis: Basis; reference?: string };

/** The entity tag of a version (RFC 9110, 8.8.3): strong, because a version's content never changes. */
export const entityTag = (version: number): string => `"${version}"`;

const latestVersion = 2 ** 31 - 1;

/** A number that no version ever had tells nothing of what the change is based on. */
const versionBasis = (version: number): Basis =>
  Number.isInteger(version) && version >= 1 && version <= latestVersion ? { version } : null;

const entityTagList = /^\s*(?:\*|(?:W\/)?"[^"]*"(?:\s*,\s*(?:W\/)?"[^"]*")*)\s*$/;

/** Whether one of the listed tags is the current one by strong comparison (RFC 9110, 13.1.1). */
export function matches(ifMatch: string, current: string): boolean {
  if (!entityTagList.test(ifMatch)) {
    throw new OnfileError('errormessage.validation.header', { reference: 'If-Match' });
  }
  if (ifMatch.trim() === '*') return true;
  const tags: string[] = ifMatch.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return tags.includes(current);
}

/**
 * The first precondition that does not hold, in the order If-Match, `sys_version`, `sys_last_modified_at`; null when
 * all do. A time later than ours was made up by the caller and says nothing.
 */
export function failedPrecondition(
  policy: Tenant['concurrencyPolicy'],
  current: CurrentVersion,
  given: Preconditions,
): Failure | null {
  if (given.ifMatch !== undefined && !matches(given.ifMatch, entityTag(current.sys_version))) {
    const tagged = /^\s*"(\d{1,10})"\s*$/.exec(given.ifMatch)?.[1];
    return {
      code: 'errormessage.record.precondition.failed',
      basis: tagged ? versionBasis(Number(tagged)) : null,
      reference: 'If-Match',
    };
  }
  if (policy === 'if-match-required' && given.ifMatch === undefined) {
    return { code: 'errormessage.record.precondition.required', basis: null, reference: 'If-Match' };
  }
  if (given.sysVersion !== undefined && given.sysVersion !== current.sys_version) {
    return {
      code: 'errormessage.record.version.conflict',
      basis: versionBasis(given.sysVersion),
      reference: 'sys_version',
    };
  }
  if (policy !== 'version-only' && given.sysLastModifiedAt !== undefined) {
    const instant = parseInstant(given.sysLastModifiedAt);
    if (!instant) throw new OnfileError('errormessage.validation.value', { reference: 'sys_last_modified_at' });
    if (instant < current.sys_last_modified_at) {
      return { code: 'errormessage.record.version.conflict', basis: { instant }, reference: 'sys_last_modified_at' };
    }
  }
  return null;
}

const bookkeeping = new Set([
  'sys_version',
  'sys_last_modified_at',
  'sys_last_modified_by_id',
  'sys_last_security_context',
  'sys_deleted_by_id',
]);

/** The names of the fields in which two versions differ, bookkeeping and the order of an object's fields aside. */
export function changedFields<Version extends object>(earlier: Version, later: Version): string[] {
  const names = new Set([...Object.keys(earlier), ...Object.keys(later)]) as Set<keyof Version & string>;
  return [...names]
    .filter((name) => !bookkeeping.has(name) && !isDeepStrictEqual(earlier[name], later[name]))
    .toSorted();
}

/** The failure as the caller sees it: the current version, and what changed since theirs. */
export function preconditionError(failure: Failure, current: CurrentVersion, changed: readonly string[]): OnfileError {
  const args =
    failure.code === 'errormessage.record.precondition.required'
      ? []
      : [integerArgument(current.sys_version), fieldsArgument(changed)];
  return new OnfileError(failure.code, {
    args,
    ...(failure.reference ? { reference: failure.reference } : {}),
    headers: { ETag: entityTag(current.sys_version) },
  });
}

/**
 * Throws 409, 412 or 428 when a precondition does not hold. For records whose earlier versions are not kept: the error
 * names the fields in which what the caller wants differs from what is current.
 */
export function requirePreconditions(
  ctx: Pick<Context, 'tenant'>,
  current: CurrentVersion,
  given: Preconditions,
  differing: readonly string[],
): void {
  const failure = failedPrecondition(ctx.tenant.concurrencyPolicy, current, given);
  if (failure) throw preconditionError(failure, current, differing);
}
