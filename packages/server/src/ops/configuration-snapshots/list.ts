import type { Context } from '../../context.ts';
import type { SnapshotSummary } from '../../contract/configuration-snapshot.ts';
import type { Page, PageQuery } from '../../contract/records-dialect.ts';
import { listSnapshots } from '../../store/configuration-snapshots.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { operation } from '../operation.ts';
import { readPage } from '../page.ts';
import { presentSummary } from './present.ts';

/** The tenant's snapshots without their documents, the newest first. */
export const listConfigurationSnapshots = operation(
  'SNAPSHOT_READ',
  async (ctx: Context, query: PageQuery): Promise<Page<SnapshotSummary>> => {
    refuseLimitedCaller(ctx, 'SNAPSHOT_READ');
    return readPage(query, {
      read: (after, limit) => listSnapshots(ctx.db, ctx.tenant.tenantId, after, limit),
      keyOf: (row) => row.snapshot_id,
      present: presentSummary,
    });
  },
);
