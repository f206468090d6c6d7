import type { Context } from '../../context.ts';
import type { BulkDataOperationOrder, BulkDataPreview } from '../../contract/bulk-data-operation.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import type { ErrorCode } from '../../error-codes.ts';
import { operation } from '../operation.ts';
import { checkOrder } from './check-order.ts';
import type { Claims } from './claims.ts';
import type { RecordConflict } from './results.ts';
import { fieldsOfChange, type Verdict } from './verdict.ts';
import { workOf } from './work.ts';

/** As many as the rules are run on in one request. */
const mostLookedAt = 1000;
const mostSamples = 20;
const stretch = 100;

type Sample = BulkDataPreview['samples'][number];
export type ShownPreview = Omit<BulkDataPreview, 'conflicts'> & { conflicts: RecordConflict[] };

/**
 * What an operation would do if it were ordered now: the rules are run on the first records that it selects, and nothing
 * is written. Throws as the order itself would.
 */
export const previewBulkDataOperation = operation(
  'BULK_WRITE',
  async (ctx: Context, { body }: { body: BulkDataOperationOrder }): Promise<ShownPreview> => {
    const input = await checkOrder(ctx, body);
    const work = workOf(ctx, 'preview', input, ctx.now());
    const tally = { looked_at: 0, changed: 0, unchanged: 0, failed: 0, skipped: 0 };
    const failures = new Map<ErrorCode, number>();
    const samples: Sample[] = [];
    const conflicts: RecordConflict[] = [];
    const claimed: Claims = new Map();
    let place: string | undefined = '';
    while (place !== undefined && tally.looked_at < mostLookedAt) {
      const verdicts: Verdict[] = await work.judgeAfter(
        place,
        Math.min(stretch, mostLookedAt - tally.looked_at),
        claimed,
      );
      for (const verdict of verdicts) {
        tally.looked_at++;
        tally[verdict.outcome]++;
        if (verdict.outcome === 'failed') {
          failures.set(verdict.error.code, (failures.get(verdict.error.code) ?? 0) + 1);
          if (conflicts.length < mostSamples) conflicts.push(conflictIn(verdict));
        }
        if (verdict.outcome === 'changed' && samples.length < mostSamples) samples.push(sampleOf(verdict));
      }
      place = verdicts.at(-1)?.id;
    }
    const { skipped: _, ...counts } = tally;
    return {
      kind: input.kind,
      selected: await work.count(),
      ...counts,
      failures: [...failures].map(([error_code, count]) => ({ error_code, count })),
      samples,
      conflicts,
    };
  },
);

const conflictIn = ({ id, version, error }: Extract<Verdict, { outcome: 'failed' }>): RecordConflict => ({
  id,
  sys_version: version,
  error,
});

function sampleOf({ id, version, before, after }: Extract<Verdict, { outcome: 'changed' }>): Sample {
  const fields = fieldsOfChange(before, after);
  const only = (record: StoredPaymentMethod) =>
    Object.fromEntries(fields.map((field) => [field, record[field as keyof StoredPaymentMethod]]));
  return { id, sys_version: version, changed_fields: fields, before: only(before), after: only(after) };
}
