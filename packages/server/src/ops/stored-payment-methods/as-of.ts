import type { Context } from '../../context.ts';
import { parseInstant } from '../../contract/instant.ts';
import { OnfileError } from '../../errors.ts';
import { findVersion } from '../../store/records.ts';
import { mayKnowContact } from '../contact-limit.ts';
import { type OpenedRecord, openRecord } from './content.ts';
import { findRecordEvenDeleted } from './find.ts';

const highestVersion = 2 ** 31 - 1;

/** Which version `as_of` means: a number, or an instant (RFC 3339). Throws 400 for anything else. */
function versionMeant(asOf: string): { version: number } | { instant: Date } {
  if (/^[1-9]\d{0,9}$/.test(asOf) && Number(asOf) <= highestVersion) return { version: Number(asOf) };
  // A plus sign that was not encoded arrives as a space.
  const instant = parseInstant(asOf.replace(/ (?=\d\d:\d\d$)/, '+'));
  if (!instant) throw new OnfileError('errormessage.validation.value', { reference: 'as_of' });
  return { instant };
}

/**
 * A record as it was at an instant or in a version, also when it is deleted now. Throws 404 when there was none then,
 * it was deleted then, or it was another contact's than the caller's.
 */
export async function recordAsOf(ctx: Context, id: string, asOf: string): Promise<OpenedRecord> {
  const meant = versionMeant(asOf);
  await findRecordEvenDeleted(ctx, id);
  const row = await findVersion(ctx.db, ctx.tenant.tenantId, id, meant);
  if (!row || row.sys_deleted_at || !mayKnowContact(ctx, row.contact_id)) {
    throw new OnfileError('errormessage.record.version.not.found', { reference: 'as_of' });
  }
  return openRecord(ctx, row);
}
