import type { Context } from '../../context.ts';
import { countRecords, listRecords, type RecordSelection } from '../../store/record-list.ts';
import type { FoundRecord } from '../../store/records.ts';
import { openRecord } from '../stored-payment-methods/content.ts';
import { storedFilter } from '../stored-payment-methods/record-filter.ts';
import { judgeEach } from './judge-each.ts';
import { judgeDeletion, judgePatch } from './judge-record.ts';
import type { OperationInput } from './progress.ts';
import type { Work } from './work.ts';

/**
 * The records that were there when it was ordered and pass the filter when the walk reaches them. The walk is by id, in
 * which no change moves a record: so each is met once, also when the operation changes what is filtered by.
 */
export function selectedWork(
  ctx: Context,
  operationId: string,
  input: Exclude<OperationInput, { kind: 'undo' }>,
  orderedAt: Date,
): Work {
  const select = async (): Promise<RecordSelection> => {
    const filter = await storedFilter(ctx, input.filter, orderedAt);
    return { filter: { ...filter, created_by: orderedAt }, sort: 'id', descending: false };
  };
  const { tenantId } = ctx.tenant;
  return {
    count: async () => countRecords(ctx.db, tenantId, (await select()).filter),
    async judgeAfter(place, limit, claimed = new Map()) {
      const after = place === '' ? null : { orderKey: place, id: place };
      return judgeEach(await listRecords(ctx.db, tenantId, await select(), after, limit), (row: FoundRecord) => {
        const current = openRecord(ctx, row);
        return input.kind === 'change'
          ? judgePatch(ctx, current, { operationId, patch: input.patch, claimed })
          : judgeDeletion(ctx, current, operationId);
      });
    },
  };
}
