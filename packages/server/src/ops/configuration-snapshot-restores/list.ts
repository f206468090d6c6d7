import type { Context } from '../../context.ts';
import type { SnapshotRestore } from '../../contract/configuration-snapshot.ts';
import type { Page, PageQuery } from '../../contract/records-dialect.ts';
import { listTasks } from '../../store/background-tasks.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { operation } from '../operation.ts';
import { readPage } from '../page.ts';
import { presentRestore, restoreKind } from './task.ts';

/** The tenant's restores, those that fill sandboxes too, the newest first. */
export const listSnapshotRestores = operation(
  'SNAPSHOT_READ',
  async (ctx: Context, query: PageQuery): Promise<Page<SnapshotRestore>> => {
    refuseLimitedCaller(ctx, 'SNAPSHOT_READ');
    return readPage(query, {
      read: (after, limit) => listTasks(ctx.db, ctx.tenant.tenantId, restoreKind, after, limit),
      keyOf: (task) => task.task_id,
      present: presentRestore,
    });
  },
);
