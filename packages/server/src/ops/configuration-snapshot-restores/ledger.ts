import type { RestoreConflict, RestoreCounts, RestorePhase } from '../../contract/configuration-snapshot.ts';
import { OnfileError } from '../../errors.ts';
import type { Transaction } from '../../store/database.ts';
import { insertConflicts } from '../../store/snapshot-restore-conflicts.ts';
import type { TaskRun } from '../background-tasks/run.ts';
import type { RestoreProgress } from './task.ts';

/** What came of a stretch of work. */
export type Tally = { counts?: Partial<Omit<RestoreCounts, 'conflicts'>>; conflicts?: readonly RestoreConflict[] };

/** Where the next stretch begins; what is left out stays. */
export type Place = { phase?: RestorePhase; after?: string };

/** How far a restore got, kept with each stretch of its work in one transaction. */
export class RestoreLedger {
  readonly #run: TaskRun;
  #progress: RestoreProgress;

  constructor(run: TaskRun) {
    this.#run = run;
    this.#progress = run.task.progress as RestoreProgress;
  }

  get progress(): Readonly<RestoreProgress> {
    return this.#progress;
  }

  /** Commits the work, what came of it and where to go on. Throws past it as `TaskRun.commit` does. */
  async commit(place: Place, work: (tx: Transaction) => Promise<Tally>): Promise<void> {
    const next: RestoreProgress = { ...this.#progress, ...place, counts: { ...this.#progress.counts } };
    // The progress is written after the work, and so with what came of it.
    await this.#run.commit(next, async (tx) => {
      const { counts = {}, conflicts = [] } = await work(tx);
      for (const [name, count] of Object.entries(counts)) next.counts[name as keyof RestoreCounts] += count;
      next.counts.conflicts += await insertConflicts(tx, this.#run.task.task_id, conflicts);
    });
    this.#progress = next;
  }
}

/** The conflict that an error of the domain means; any other error is thrown on. */
export function conflictOf(
  error: unknown,
  { resource, id }: Pick<RestoreConflict, 'resource' | 'id'>,
): RestoreConflict {
  if (!(error instanceof OnfileError) || error.status >= 500) throw error;
  return { resource, id, error_code: error.code };
}
