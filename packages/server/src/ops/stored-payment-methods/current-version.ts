import type { Context } from '../../context.ts';
import { findVersion } from '../../store/records.ts';
import { changedFields, failedPrecondition, type Preconditions, preconditionError } from '../preconditions.ts';
import { type OpenedRecord, openRecord, presentOpened } from './content.ts';

/**
 * Throws 409, 412 or 428 when the caller's change is not based on the current version, naming what changed since.
 * Preconditions count only where the answer would otherwise be 2xx, so `lastRefusal` comes before theirs.
 */
export async function requireCurrentVersion(
  ctx: Context,
  current: OpenedRecord,
  given: Preconditions,
  lastRefusal: () => Promise<void> = async () => {},
): Promise<void> {
  const failure = failedPrecondition(ctx.tenant.concurrencyPolicy, current.row, given);
  if (!failure) return;
  await lastRefusal();
  const { basis } = failure;
  const base = basis && (await findVersion(ctx.db, ctx.tenant.tenantId, current.row.id, basis));
  const changed = base ? changedFields(presentOpened(openRecord(ctx, base)), presentOpened(current)) : [];
  throw preconditionError(failure, current.row, changed);
}
