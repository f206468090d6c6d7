import type { Context } from '../../context.ts';
import type { Page } from '../../contract/records-dialect.ts';
import type { RecordHistoryQuery, RecordVersion } from '../../contract/stored-payment-method-history.ts';
import { listVersions } from '../../store/record-versions.ts';
import type { FoundRecord } from '../../store/records.ts';
import { mayBeCut } from '../../store/within-bytes.ts';
import { recordRead } from '../audit/record-read.ts';
import { operation } from '../operation.ts';
import { changedFields } from '../preconditions.ts';
import { openRecord, presentOpened } from './content.ts';
import { findRecordEvenDeleted } from './find.ts';

const defaultLimit = 100;
const newest = 2 ** 31;

/**
 * The versions of a record, deleted or not, the newest first: when, who, what, why. A caller limited to a contact sees
 * those that were that contact's. Throws 404 for a record that the caller may not know.
 */
export const listRecordHistory = operation(
  'STORED_PAYMENT_METHOD_READ',
  async (ctx: Context, { id, query }: { id: string; query: RecordHistoryQuery }): Promise<Page<RecordVersion>> => {
    await findRecordEvenDeleted(ctx, id);
    const limit = query.limit ?? defaultLimit;
    const before = query.exclusiveStartKey === undefined ? newest : Number(query.exclusiveStartKey);
    // One more than the page holds: what its last version is compared with.
    const rows = await readVersions(ctx, id, before, limit + 1);
    await recordRead(ctx, 'stored_payment_method.history_read', { kind: 'stored_payment_method', id });
    const hasMore = rows.length > limit || mayBeCut(rows);
    const page = hasMore && rows.length > 1 ? rows.slice(0, Math.min(limit, rows.length - 1)) : rows;
    const last = hasMore ? page.at(-1) : undefined;
    return {
      Count: page.length,
      Items: page.map((row, n) => presentVersion(ctx, row, rows[n + 1])),
      ...(last ? { LastEvaluatedKey: String(last.sys_version) } : {}),
    };
  },
);

/** Versions before one; two at least, however large they are, where there are so many. */
async function readVersions(ctx: Context, id: string, before: number, limit: number): Promise<FoundRecord[]> {
  const { tenantId } = ctx.tenant;
  const contactId = ctx.caller.contactId ?? null;
  const rows = await listVersions(ctx.db, tenantId, id, { before, limit, contactId });
  const [only] = rows;
  if (!only || rows.length > 1 || !mayBeCut(rows)) return rows;
  return [only, ...(await listVersions(ctx.db, tenantId, id, { before: only.sys_version, limit: 1, contactId }))];
}

function presentVersion(ctx: Context, row: FoundRecord, earlier: FoundRecord | undefined): RecordVersion {
  const { action, trace_id: traceId } = row.sys_last_security_context as { action?: string; trace_id?: string };
  const present = (version: FoundRecord) => presentOpened(openRecord(ctx, version));
  return {
    sys_version: row.sys_version,
    sys_last_modified_at: row.sys_last_modified_at.toISOString(),
    sys_last_modified_by_id: row.sys_last_modified_by_id,
    ...(action ? { action } : {}),
    ...(traceId ? { trace_id: traceId } : {}),
    changed_fields: earlier ? changedFields(present(earlier), present(row)) : [],
    ...(row.sys_deleted_at ? { deleted: true } : {}),
  };
}
