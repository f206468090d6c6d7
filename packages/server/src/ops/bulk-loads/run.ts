import type { Context } from '../../context.ts';
import { OnfileError } from '../../errors.ts';
import type { CustomFieldRow } from '../../store/custom-fields.ts';
import { sqlState } from '../../store/database.ts';
import { openTaskInput } from '../background-tasks/order.ts';
import type { TaskRun } from '../background-tasks/run.ts';
import { externalIdTaken } from '../stored-payment-methods/change.ts';
import { batches } from './batches.ts';
import { countRows } from './count-rows.ts';
import { type FileRow, fileRows, type LoadFile, openFile } from './file-rows.ts';
import { Unreadable } from './malformed.ts';
import { batchKeys, MustBeSplit, type PreparedBatch, prepareBatch } from './prepare-batch.ts';
import { type BulkLoadInput, type BulkLoadProgress, processedRows } from './progress.ts';
import { failedRow, isRefusal, keptOfRow } from './row-result.ts';
import { afterResults, isOfOneRow, writeBatch } from './write-batch.ts';

/** Well within the time after which another worker takes a task over. */
const keepClaimMs = 2_000;
/** How often a row is tried that somebody else keeps getting ahead of. */
const mostTries = 4;

type Load = {
  run: TaskRun;
  ctx: Context;
  file: LoadFile;
  definitions: readonly CustomFieldRow[];
  progress: BulkLoadProgress;
  committedAt: number;
};

/**
 * Loads a file that is complete, from the row after the last that is done with. Rows are written in batches, each in one
 * transaction with their results and the load's progress, so that after a crash no row is done twice or left out.
 */
export async function runBulkLoad(run: TaskRun): Promise<void> {
  const { ctx, task } = run;
  const progress = task.progress as BulkLoadProgress;
  const load: Load = {
    run,
    ctx,
    file: { loadId: task.task_id, bytes: progress.bytes, input: openTaskInput(ctx, task) as BulkLoadInput },
    definitions: await ctx.customFieldsOf(ctx.tenant.tenantId),
    progress,
    committedAt: performance.now(),
  };
  try {
    if (progress.rows === null) await countFirst(load);
    await loadRows(load);
    await commit(load, { ...load.progress, rows: processedRows(load.progress) });
  } catch (error) {
    if (isRefusal(error)) await commit(load, { ...load.progress, failure: keptOfRow(error) });
    throw error;
  }
}

async function commit(
  load: Load,
  progress: BulkLoadProgress,
  work: Parameters<TaskRun['commit']>[1] = async () => {},
): Promise<void> {
  await load.run.commit(progress, work);
  load.progress = progress;
  load.committedAt = performance.now();
}

async function keepClaim(load: Load): Promise<void> {
  if (performance.now() - load.committedAt > keepClaimMs) await commit(load, load.progress);
}

/** A file that cannot be read to its end shows when its rows are. */
async function countFirst(load: Load): Promise<void> {
  const content = openFile(load.ctx, load.file);
  const rows = await countRows(content, load.file.input.format, () => keepClaim(load)).catch((error: unknown) => {
    if (error instanceof Unreadable) return null;
    throw error;
  });
  if (rows !== null) await commit(load, { ...load.progress, rows });
}

/** Prepares each batch while the one before it is being written. */
async function loadRows(load: Load): Promise<void> {
  const done = processedRows(load.progress);
  const lots = fileRows(load.ctx, load.file, load.definitions, done);
  let writing = Promise.resolve();
  let inWriting: ReadonlySet<string> = new Set();
  const isInWriting = (key: string): boolean => inWriting.has(key);
  try {
    for await (const rows of batches(lots)) {
      if (rows.length === 0) {
        // Its progress is not to be taken back by what is known before it.
        await writing;
        await keepClaim(load);
        continue;
      }
      if (batchKeys(rows).some(isInWriting)) await writing;
      let prepared = await prepareOrSplit(load, rows);
      await writing;
      // One record may go by its id in one batch and by its external id in the next.
      if (prepared && [...prepared.keys].some(isInWriting)) prepared = await prepareOrSplit(load, rows);
      if (prepared) {
        inWriting = prepared.keys;
        writing = write(load, prepared);
        // It is awaited further on; until then its failure is nobody's.
        writing.catch(() => {});
      } else {
        await inHalves(load, rows);
        inWriting = new Set();
      }
    }
  } finally {
    await writing;
  }
}

/** Null when the batch has to be taken in smaller ones. */
const prepareOrSplit = (load: Load, rows: readonly FileRow[]): Promise<PreparedBatch | null> =>
  prepareBatch(load.ctx, load.file, rows).catch((error: unknown) => {
    if (error instanceof MustBeSplit) return null;
    throw error;
  });

async function write(load: Load, batch: PreparedBatch, tries = 1): Promise<void> {
  const { loadId, input } = load.file;
  try {
    const progress = afterResults(load.progress, batch.results);
    await commit(load, progress, (tx) => writeBatch(tx, loadId, batch, input.dry_run));
  } catch (error) {
    if (!isOfOneRow(error)) throw error;
    if (batch.rows.length > 1) await inHalves(load, batch.rows);
    else await again(load, batch.rows, error, tries);
  }
}

/** Finds the row that a batch fails for: each half is read and written anew. */
async function inHalves(load: Load, rows: readonly FileRow[]): Promise<void> {
  const middle = Math.ceil(rows.length / 2);
  for (const half of [rows.slice(0, middle), rows.slice(middle)]) {
    const batch = await prepareOrSplit(load, half);
    await (batch ? write(load, batch) : inHalves(load, half));
  }
}

/** A row that fails alone is tried again, as somebody may just have been faster, and then refused. */
async function again(load: Load, rows: readonly FileRow[], error: unknown, tries: number): Promise<void> {
  const batch = await prepareBatch(load.ctx, load.file, rows);
  if (tries < mostTries) return write(load, batch, tries + 1);
  const refusal =
    sqlState(error) === '23505' ? externalIdTaken(error) : new OnfileError('errormessage.concurrent.modification');
  const results = batch.results.map(({ record_no }) => failedRow(record_no, refusal));
  await write(load, { ...batch, results, changes: [], contacts: [] }, tries);
}
