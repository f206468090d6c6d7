import type { Context } from '../../context.ts';
import type { Page, PageQuery } from '../../contract/records-dialect.ts';
import { listTasks } from '../../store/background-tasks.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { operation } from '../operation.ts';
import { readPage } from '../page.ts';
import { kind } from './find.ts';
import { presentBulkLoad, type ShownBulkLoad } from './present.ts';

/** The tenant's bulk loads, the newest first. */
export const listBulkLoads = operation('BULK_READ', (ctx: Context, query: PageQuery): Promise<Page<ShownBulkLoad>> => {
  refuseLimitedCaller(ctx, 'BULK_READ');
  return readPage(query, {
    read: (after, limit) => listTasks(ctx.db, ctx.tenant.tenantId, kind, after, limit),
    keyOf: (task) => task.task_id,
    present: (task) => presentBulkLoad(ctx, task),
  });
});
