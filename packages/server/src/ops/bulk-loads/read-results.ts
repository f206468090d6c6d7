import type { Context } from '../../context.ts';
import type { AskedOutcome, BulkLoadResultsQuery } from '../../contract/bulk-load-results.ts';
import { errorKept } from '../../contract/kept-error.ts';
import type { OnfileError } from '../../errors.ts';
import { listResults, type RowResult } from '../../store/bulk-load-results.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { operation } from '../operation.ts';
import { findBulkLoad } from './find.ts';
import type { BulkLoadProgress } from './progress.ts';

/** What came of one row, in the words of the contract. */
export type ShownResult = {
  record_no: number;
  outcome: RowResult['outcome'] | 'unprocessed';
  id?: string | undefined;
  sys_external_id?: string | undefined;
  error?: OnfileError;
};

export type ShownResults = { format: 'csv' | 'ndjson'; pages: AsyncGenerator<ShownResult[]> };

/** Each is some hundred rows, whose errors are put into words before anybody else has a turn. */
const batchesAtOnce = 1;
const rowsAtOnce = 1000;

/**
 * What came of the rows of a load, in their order, also while it runs: a row without a result is then unprocessed. Throws
 * 404 when the tenant has no load of that id.
 */
export const readBulkLoadResults = operation(
  'BULK_READ',
  async (
    ctx: Context,
    { id, outcome, format = 'csv' }: { id: string } & BulkLoadResultsQuery,
  ): Promise<ShownResults> => {
    refuseLimitedCaller(ctx, 'BULK_READ');
    const { rows } = (await findBulkLoad(ctx, id)).progress as BulkLoadProgress;
    return { format, pages: pagesOf(ctx, id, { rows: rows ?? 0, outcome }) };
  },
);

async function* pagesOf(
  ctx: Context,
  id: string,
  { rows, outcome }: { rows: number; outcome: AskedOutcome | undefined },
): AsyncGenerator<ShownResult[]> {
  let last = 0;
  for (;;) {
    const results = await listResults(ctx.db, ctx.tenant.tenantId, id, last, batchesAtOnce);
    if (results.length === 0) break;
    yield results.filter((result) => isAskedFor(result.outcome, outcome)).map(shownResult);
    last = results.at(-1)?.record_no ?? last;
  }
  if (outcome !== undefined && outcome !== 'unprocessed') return;
  // A load takes its rows in their order, so those without a result are the last.
  for (let first = last + 1; first <= rows; first += rowsAtOnce) {
    const length = Math.min(rowsAtOnce, rows - first + 1);
    yield Array.from({ length }, (_, n) => ({ record_no: first + n, outcome: 'unprocessed' }));
  }
}

function isAskedFor(outcome: RowResult['outcome'], asked: AskedOutcome | undefined): boolean {
  if (asked === 'succeeded') return outcome === 'created' || outcome === 'updated';
  return asked === undefined || asked === outcome;
}

const shownResult = ({ record_no, outcome, id, external_id, error }: RowResult): ShownResult => ({
  record_no,
  outcome,
  id,
  sys_external_id: external_id,
  ...(error ? { error: errorKept(error) } : {}),
});
