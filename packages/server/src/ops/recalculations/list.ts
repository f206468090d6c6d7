import type { Context } from '../../context.ts';
import type { Recalculation } from '../../contract/recalculation.ts';
import type { Page, PageQuery } from '../../contract/records-dialect.ts';
import { listTasks } from '../../store/background-tasks.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { operation } from '../operation.ts';
import { readPage } from '../page.ts';
import { kind } from './order.ts';
import { presentRecalculation } from './present.ts';

/** The tenant's recalculations, the newest first. */
export const listRecalculations = operation(
  'CUSTOM_FIELD_READ',
  async (ctx: Context, query: PageQuery): Promise<Page<Recalculation>> => {
    refuseLimitedCaller(ctx, 'CUSTOM_FIELD_READ');
    return readPage(query, {
      read: (after, limit) => listTasks(ctx.db, ctx.tenant.tenantId, kind, after, limit),
      keyOf: (task) => task.task_id,
      present: presentRecalculation,
    });
  },
);
