import type { Context } from '../../context.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { operation } from '../operation.ts';
import { findBulkLoad } from './find.ts';
import { presentBulkLoad, type ShownBulkLoad } from './present.ts';

/** One bulk load, as far as it got. Throws 404 when the tenant has none of that id. */
export const getBulkLoad = operation(
  'BULK_READ',
  async (ctx: Context, { id }: { id: string }): Promise<ShownBulkLoad> => {
    refuseLimitedCaller(ctx, 'BULK_READ');
    return presentBulkLoad(ctx, await findBulkLoad(ctx, id));
  },
);
