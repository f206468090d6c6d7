import type { Context } from '../../context.ts';
import type { BulkDataOperation } from '../../contract/bulk-data-operation.ts';
import { refuseLimitedCaller } from '../contact-limit.ts';
import { operation } from '../operation.ts';
import { findBulkDataOperation } from './find.ts';
import { presentBulkDataOperation } from './present.ts';

/** One operation as it is now. Throws 404 when the tenant has none of that id. */
export const getBulkDataOperation = operation(
  'BULK_READ',
  async (ctx: Context, { id }: { id: string }): Promise<BulkDataOperation> => {
    refuseLimitedCaller(ctx, 'BULK_READ');
    return presentBulkDataOperation(ctx, await findBulkDataOperation(ctx, id));
  },
);
