import type { Context } from '../../context.ts';
import type { RestoreConflict } from '../../contract/configuration-snapshot.ts';
import type { Page, PageQuery } from '../../contract/records-dialect.ts';
import { listConflicts } from '../../store/snapshot-restore-conflicts.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { operation } from '../operation.ts';
import { readPage } from '../page.ts';
import { findRestore } from './task.ts';

const keyOf = ({ resource, id }: RestoreConflict): string => `${resource} ${id}`;

/** No resource's name has a space. */
function fromKey(key: string): { resource: string; id: string } {
  const [resource = '', ...id] = key.split(' ');
  return { resource, id: id.join(' ') };
}

/** What a restore could not do, by resource and id. Throws 404 when the tenant has no restore of that id. */
export const listSnapshotRestoreConflicts = operation(
  'SNAPSHOT_READ',
  async (ctx: Context, { id, query }: { id: string; query: PageQuery }): Promise<Page<RestoreConflict>> => {
    refuseLimitedCaller(ctx, 'SNAPSHOT_READ');
    const { task_id } = await findRestore(ctx, id);
    return readPage(query, {
      read: (after, limit) => listConflicts(ctx.db, ctx.tenant.tenantId, task_id, fromKey(after), limit),
      keyOf,
      present: (conflict) => conflict,
    });
  },
);
