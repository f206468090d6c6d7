import { OnfileError } from '../../errors.ts';
import { sqlState } from '../../store/database.ts';
import { insertTrail } from '../../store/trail.ts';
import { openTaskInput } from '../background-tasks/order.ts';
import type { TaskRun } from '../background-tasks/run.ts';
import type { OperationInput, OperationProgress } from './progress.ts';
import { doneTrail } from './trail.ts';
import type { Verdict } from './verdict.ts';
import { type Work, workOf } from './work.ts';
import { LostStretch, writeStretch } from './write-stretch.ts';

const mostRecords = 100;
/** How often one record alone may lose against others before it fails. */
const mostLosses = 20;

/**
 * Does an operation from where it stands, in stretches that are each written whole: versions, results, trails and how
 * far it got. A stretch that loses against another change is judged again on what is there now, in smaller ones.
 */
export async function runBulkDataOperation(run: TaskRun): Promise<void> {
  const { ctx, task } = run;
  const work = workOf(ctx, task.task_id, openTaskInput(ctx, task) as OperationInput, task.created_at);
  let progress = task.progress as OperationProgress;
  if (progress.selected === null) {
    progress = { ...progress, selected: await work.count() };
    await run.commit(progress, async () => {});
  }
  let limit = mostRecords;
  let losses = 0;
  while (!progress.isOver) {
    const verdicts = await judge(work, progress.place, limit, losses);
    const next = progressAfter(progress, verdicts);
    try {
      await run.commit(next, async (tx) => {
        await writeStretch(tx, ctx, task.task_id, verdicts);
        if (next.isOver) await insertTrail(tx, doneTrail(ctx, task.task_id, next));
      });
      progress = next;
      limit = Math.min(limit * 2, mostRecords);
      losses = 0;
    } catch (error) {
      // Not for ever: a worker that was taken for dead loses every time.
      if (!isLost(error) || losses > mostLosses) throw error;
      losses = limit === 1 ? losses + 1 : 0;
      limit = Math.max(Math.floor(limit / 8), 1);
    }
  }
}

/** Somebody may also have taken an external id since the stretch was judged, or waited for its records in a circle. */
const isLost = (error: unknown): boolean =>
  error instanceof LostStretch || ['23505', '40P01'].includes(sqlState(error) ?? '');

async function judge(work: Work, place: string, limit: number, losses: number): Promise<Verdict[]> {
  const verdicts = await work.judgeAfter(place, limit);
  if (losses < mostLosses) return verdicts;
  const error = new OnfileError('errormessage.concurrent.modification');
  return verdicts.map(({ id, version }) => ({ id, version, outcome: 'failed', error }));
}

function progressAfter(progress: OperationProgress, verdicts: readonly Verdict[]): OperationProgress {
  const of = (outcome: Verdict['outcome']) => verdicts.filter((verdict) => verdict.outcome === outcome).length;
  return {
    ...progress,
    place: verdicts.at(-1)?.id ?? progress.place,
    changed: progress.changed + of('changed'),
    unchanged: progress.unchanged + of('unchanged'),
    failed: progress.failed + of('failed'),
    skipped: progress.skipped + of('skipped'),
    isOver: verdicts.length === 0,
  };
}
