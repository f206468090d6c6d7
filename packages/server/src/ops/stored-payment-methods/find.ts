import type { Context } from '../../context.ts';
import { OnfileError } from '../../errors.ts';
import { findRecordEvenDeleted as readEvenDeleted } from '../../store/record-versions.ts';
import { mayKnowContact } from '../contact-limit.ts';
import { type OpenedRecord, openRecord } from './content.ts';

/** The record as it is now, in clear. Throws 404 when there is none that the caller may know, or it is deleted. */
export async function findRecord(ctx: Context, id: string): Promise<OpenedRecord> {
  const row = await ctx.readRecord(ctx.tenant.tenantId, id);
  if (!row || !mayKnowContact(ctx, row.contact_id)) throw new OnfileError('errormessage.record.not.found');
  return openRecord(ctx, row);
}

/** The same, deleted or not. */
export async function findRecordEvenDeleted(ctx: Context, id: string): Promise<OpenedRecord> {
  const row = await readEvenDeleted(ctx.db, ctx.tenant.tenantId, id);
  if (!row || !mayKnowContact(ctx, row.contact_id)) throw new OnfileError('errormessage.record.not.found');
  return openRecord(ctx, row);
}
