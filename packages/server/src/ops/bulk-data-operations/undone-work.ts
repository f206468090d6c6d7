import type { Context } from '../../context.ts';
import { OnfileError } from '../../errors.ts';
import { findTask } from '../../store/background-tasks.ts';
import { listChangedResults, type OperationResult } from '../../store/bulk-data-operation-results.ts';
import { findRecordsEvenDeleted, findVersionsOfRecords } from '../../store/record-versions.ts';
import type { FoundRecord } from '../../store/records.ts';
import { openRecord } from '../stored-payment-methods/content.ts';
import { kind } from './find.ts';
import { judgeEach } from './judge-each.ts';
import { judgeUndo } from './judge-undo.ts';
import type { OperationProgress } from './progress.ts';
import type { Verdict } from './verdict.ts';
import type { Work } from './work.ts';

/** The records that the operation changed. */
export function undoneWork(ctx: Context, operationId: string, undoes: string): Work {
  const { tenantId } = ctx.tenant;
  const undos = new Map<string, Promise<boolean>>();
  const isUndo = (id: string): Promise<boolean> => {
    const known = undos.get(id) ?? undoesIt(ctx, id, undoes);
    undos.set(id, known);
    return known;
  };
  return {
    async count() {
      const undone = await findTask(ctx.db, tenantId, kind, undoes);
      return (undone?.progress as OperationProgress | undefined)?.changed ?? 0;
    },
    async judgeAfter(place, limit, claimed = new Map()) {
      const results = await listChangedResults(ctx.db, tenantId, undoes, place, limit);
      const ids = results.map((result) => result.record_id);
      const wanted = results.map((result) => ({ id: result.record_id, version: result.version_before }));
      const [current, earlier] = await Promise.all([
        findRecordsEvenDeleted(ctx.db, tenantId, ids).then(byId),
        findVersionsOfRecords(ctx.db, tenantId, wanted).then(byId),
      ]);
      return judgeEach(results, ({ record_id: id, version_before, version_after }: OperationResult) => {
        const undone = { id: undoes, version: version_after ?? version_before };
        const [row, before] = [current.get(id), earlier.get(id)];
        if (!row) return erased(id, undone.version);
        const undoing = { operationId, undone, earlier: before ? openRecord(ctx, before) : null, isUndo, claimed };
        return judgeUndo(ctx, openRecord(ctx, row), undoing);
      });
    },
  };
}

async function undoesIt(ctx: Context, id: string, undoes: string): Promise<boolean> {
  const task = await findTask(ctx.db, ctx.tenant.tenantId, kind, id);
  return (task?.progress as OperationProgress | undefined)?.undoes === undoes;
}

const byId = (rows: readonly FoundRecord[]): ReadonlyMap<string, FoundRecord> =>
  new Map(rows.map((row) => [row.id, row]));

/** Of what was erased since, or emptied after its days, there is nothing left to bring back. */
const erased = async (id: string, version: number): Promise<Verdict> => ({
  id,
  version,
  outcome: 'failed',
  error: new OnfileError('errormessage.record.not.found'),
});
