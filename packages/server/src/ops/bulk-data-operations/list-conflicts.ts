import type { Context } from '../../context.ts';
import type { Page, PageQuery } from '../../contract/records-dialect.ts';
import { listOperationResults } from '../../store/bulk-data-operation-results.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { operation } from '../operation.ts';
import { readPage } from '../page.ts';
import { findBulkDataOperation } from './find.ts';
import { conflictOf, type RecordConflict } from './results.ts';

/** The records that an operation could not touch, each with why, in the order of their ids. Throws 404 for an unknown id. */
export const listBulkDataConflicts = operation(
  'BULK_READ',
  async (ctx: Context, { id, query }: { id: string; query: PageQuery }): Promise<Page<RecordConflict>> => {
    refuseLimitedCaller(ctx, 'BULK_READ');
    await findBulkDataOperation(ctx, id);
    const of = { operationId: id, outcome: 'failed' } as const;
    return readPage(query, {
      read: (after, limit) => listOperationResults(ctx.db, ctx.tenant.tenantId, of, after, limit),
      keyOf: (result) => result.record_id,
      present: (result) => conflictOf(ctx, id, result),
    });
  },
);
