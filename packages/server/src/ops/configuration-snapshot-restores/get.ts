import type { Context } from '../../context.ts';
import type { SnapshotRestore } from '../../contract/configuration-snapshot.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { operation } from '../operation.ts';
import { findRestore, presentRestore } from './task.ts';

/** One restore and how far it got. Throws 404 when the tenant has none of that id. */
export const getSnapshotRestore = operation(
  'SNAPSHOT_READ',
  async (ctx: Context, { id }: { id: string }): Promise<SnapshotRestore> => {
    refuseLimitedCaller(ctx, 'SNAPSHOT_READ');
    return presentRestore(await findRestore(ctx, id));
  },
);
