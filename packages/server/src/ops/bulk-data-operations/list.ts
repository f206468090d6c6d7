import type { Context } from '../../context.ts';
import type { BulkDataOperation } from '../../contract/bulk-data-operation.ts';
import type { Page, PageQuery } from '../../contract/records-dialect.ts';
import { listTasks } from '../../store/background-tasks.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { operation } from '../operation.ts';
import { readPage } from '../page.ts';
import { kind } from './find.ts';
import { presentBulkDataOperation } from './present.ts';

/** The tenant's operations, the newest first. */
export const listBulkDataOperations = operation(
  'BULK_READ',
  async (ctx: Context, query: PageQuery): Promise<Page<BulkDataOperation>> => {
    refuseLimitedCaller(ctx, 'BULK_READ');
    return readPage(query, {
      read: (after, limit) => listTasks(ctx.db, ctx.tenant.tenantId, kind, after, limit),
      keyOf: (task) => task.task_id,
      present: (task) => presentBulkDataOperation(ctx, task),
    });
  },
);
