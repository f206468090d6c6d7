import type { Context } from '../../context.ts';
import { bodyReader } from '../../contract/body-reader.ts';
import type { JsonPatch } from '../../contract/json-patch.ts';
import { StoredPaymentMethodReplacement } from '../../contract/stored-payment-method.ts';
import type { RecordMarks } from '../../store/records.ts';
import { applyJsonPatch } from '../json-patch.ts';
import { entityTag } from '../preconditions.ts';
import { type OpenedRecord, presentOpened } from '../stored-payment-methods/content.ts';
import { deletionOf, refuseDeletion } from '../stored-payment-methods/delete.ts';
import { checkBody, prepareUpdate } from '../stored-payment-methods/update.ts';
import { refuseDryRun } from './check-order.ts';
import { type Claims, claimExternalId, claimFiles } from './claims.ts';
import { fieldsOfChange, type Verdict, verdictOn } from './verdict.ts';

const readBody = bodyReader(StoredPaymentMethodReplacement);

/** What the operation leaves on a record with the version that it makes. */
export const markOf = (operationId: string, { row }: OpenedRecord): RecordMarks => ({
  bulk_operation: { id: operationId, sys_version: row.sys_version + 1 },
});

/** What a patch makes of a record: all rules of PATCH, on the version that was read. */
export const judgePatch = (
  ctx: Context,
  current: OpenedRecord,
  { operationId, patch, claimed }: { operationId: string; patch: JsonPatch; claimed: Claims },
): Promise<Verdict> =>
  verdictOn(current, async () => {
    const before = presentOpened(current);
    const body = readBody(applyJsonPatch(before, patch));
    const directives = checkBody(ctx, current.row.id, body);
    refuseDryRun(directives, 'sys_directive');
    const { change, presented: after } = await prepareUpdate(ctx, current, 'stored_payment_method.patched', {
      body,
      directives,
      preconditions: { ifMatch: entityTag(current.row.sys_version) },
      marks: markOf(operationId, current),
    });
    if (fieldsOfChange(before, after).length === 0) return { outcome: 'unchanged' };
    claimFiles(claimed, after);
    await claimExternalId(ctx, claimed, current.row, change.record);
    return { outcome: 'changed', change, before, after };
  });

/** Whether a record can be deleted: all rules of DELETE. A refusal is remembered with the record as there. */
export async function judgeDeletion(ctx: Context, current: OpenedRecord, operationId: string): Promise<Verdict> {
  const verdict = await verdictOn(current, async () => {
    await refuseDeletion(ctx, current, entityTag(current.row.sys_version));
    const { change, presented: after } = await deletionOf(ctx, current, markOf(operationId, current));
    return { outcome: 'changed', change, before: presentOpened(current), after };
  });
  return verdict.outcome === 'failed' ? { ...verdict, refusedDeletionOf: current } : verdict;
}
