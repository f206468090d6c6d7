import type { Context } from '../../context.ts';
import type { BulkDataOperation } from '../../contract/bulk-data-operation.ts';
import { OnfileError } from '../../errors.ts';
import { refuseCardNumbers } from '../card-number-scan.ts';
import { operation } from '../operation.ts';
import { requireOperating } from './check-order.ts';
import { findBulkDataOperation } from './find.ts';
import { orderOperation } from './order.ts';

const over: ReadonlySet<string> = new Set(['done', 'failed', 'cancelled']);

/**
 * Orders an operation that brings back what another one changed, wherever nothing else has changed it since. Throws 404
 * for an unknown id, 409 while that one is at work.
 */
export const undoBulkDataOperation = operation(
  'BULK_WRITE',
  async (ctx: Context, { id, reason }: { id: string; reason?: string | undefined }): Promise<BulkDataOperation> => {
    requireOperating(ctx);
    refuseCardNumbers({ reason });
    const { state } = await findBulkDataOperation(ctx, id);
    if (!over.has(state)) throw new OnfileError('errormessage.bulk.operation.not.over');
    return orderOperation(ctx, { kind: 'undo', undoes: id, ...(reason === undefined ? {} : { reason }) });
  },
);
