import type { Context } from '../../context.ts';
import { insertOperationResults } from '../../store/bulk-data-operation-results.ts';
import type { Transaction } from '../../store/database.ts';
import { applyRecordChanges } from '../../store/record-changes.ts';
import { holdRecords, noteDeletionAttempts } from '../../store/records.ts';
import { insertTrail } from '../../store/trail.ts';
import { spareNumber } from '../../store/vault-secrets.ts';
import { refusedDeletionTrail } from '../stored-payment-methods/delete.ts';
import { resultOf } from './results.ts';
import type { Verdict } from './verdict.ts';

/** Another change got ahead of one of the stretch: all of it is undone and judged again. */
export class LostStretch extends Error {
  override readonly name = 'LostStretch';
}

/** Writes what was judged, versions and results, in the transaction of the stretch. Throws `LostStretch`. */
export async function writeStretch(
  tx: Transaction,
  ctx: Context,
  operationId: string,
  verdicts: readonly Verdict[],
): Promise<void> {
  const changed = verdicts.filter((verdict) => verdict.outcome === 'changed');
  const refused = verdicts.flatMap((verdict) =>
    verdict.outcome === 'failed' && verdict.refusedDeletionOf
      ? [{ current: verdict.refusedDeletionOf, error: verdict.error }]
      : [],
  );
  if (refused.length > 0) {
    await holdRecords(
      tx,
      verdicts.map(({ id }) => id),
    );
  }
  if (changed.length > 0) {
    const outcomes = await applyRecordChanges(
      tx,
      changed.map(({ change }) => change),
    );
    if (outcomes.includes('lost')) throw new LostStretch();
  }
  for (const { id, sparesNumberOf } of changed) {
    if (sparesNumberOf !== undefined) await spareNumber(tx, id, sparesNumberOf);
  }
  if (refused.length > 0) {
    const ids = refused.map(({ current }) => current.row.id);
    await noteDeletionAttempts(tx, ids, ctx.caller.id);
    for (const { current, error } of refused) await insertTrail(tx, refusedDeletionTrail(ctx, current, error));
  }
  const results = verdicts.map((verdict) => resultOf(ctx, operationId, verdict));
  await insertOperationResults(tx, operationId, results);
}
