import { setImmediate as yieldToRequests } from 'node:timers/promises';
import type { Context } from '../../context.ts';
import type { Transaction } from '../../store/database.ts';
import { listPresentRecords, listTerms, replaceRecordTerms } from '../../store/recalculations.ts';
import { applyRecordChanges } from '../../store/record-changes.ts';
import type { TaskRun } from '../background-tasks/run.ts';
import type { RecalculationProgress } from './progress.ts';
import { type RecalculatedRecord, recalculateRecord } from './recalculate-record.ts';

const pageSize = 50;

/**
 * Calculates all records anew and puts right what they are found by. Only a record whose values or errors differ gets a
 * new version, a locked one too: what is calculated follows from the definitions and is nobody's change of the record.
 */
export async function recalculateRecords(run: TaskRun): Promise<void> {
  const { ctx, task } = run;
  let progress = task.progress as RecalculationProgress;
  for (;;) {
    const page = await recalculatePage(ctx, progress.after);
    if (page.length === 0) return;
    const next = { ...progress };
    await run.commit(next, (tx) => writePage(tx, page, next));
    progress = next;
  }
}

async function recalculatePage(ctx: Context, after: string): Promise<RecalculatedRecord[]> {
  const { tenantId } = ctx.tenant;
  const rows = await listPresentRecords(ctx.db, tenantId, after, pageSize);
  const ids = rows.map((row) => row.id);
  const terms = rows.length > 0 ? await listTerms(ctx.db, tenantId, ids) : [];
  const byRecord = Map.groupBy(terms, (row) => row.record_id);
  const page: RecalculatedRecord[] = [];
  for (const row of rows) {
    const found = byRecord.get(row.id)?.map(({ term }) => term) ?? [];
    page.push(await recalculateRecord(ctx, row, found));
    await yieldToRequests();
  }
  return page;
}

/**
 * Writes what differs, and into `next`, which is kept after it, how far that got: up to the first record that somebody
 * else changed meanwhile. From there it is read again; what was written behind it does not differ any more.
 */
async function writePage(
  tx: Transaction,
  page: readonly RecalculatedRecord[],
  next: RecalculationProgress,
): Promise<void> {
  const changed = page.flatMap(({ id, change }) => (change ? [{ id, change }] : []));
  const changes = changed.map(({ change }) => change);
  const outcomes = changes.length > 0 ? await applyRecordChanges(tx, changes) : [];
  const termed = page.flatMap(({ id, version, terms }) => (terms ? [{ id, version, terms }] : []));
  const replaced = await replaceRecordTerms(tx, termed);
  const lost = new Set([
    ...changed.filter((_, n) => outcomes[n] === 'lost').map(({ id }) => id),
    ...termed.filter(({ id }) => !replaced.has(id)).map(({ id }) => id),
  ]);
  const firstLost = page.findIndex(({ id }) => lost.has(id));
  const done = firstLost < 0 ? page : page.slice(0, firstLost);
  next.seen += done.length;
  next.changed += changed.filter(({ id }) => !lost.has(id)).length;
  next.failed += done.filter(({ hasFailed }) => hasFailed).length;
  next.after = done.at(-1)?.id ?? next.after;
}
