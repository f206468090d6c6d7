import type { Context } from '../../context.ts';
import type { Trail } from '../../store/trail.ts';
import { trailOf } from '../trail.ts';
import { presentOrder } from './present.ts';
import type { OperationInput, OperationProgress } from './progress.ts';

/** That an operation was ordered or cancelled. The details name no customer: they are sealed under the tenant's own key. */
export const orderTrail = (
  ctx: Context,
  action: 'bulk_data_operation.ordered' | 'bulk_data_operation.cancelled',
  id: string,
  input: OperationInput,
): Trail =>
  trailOf(ctx, {
    action,
    at: ctx.now(),
    subject: { kind: 'bulk_data_operation', id },
    details: { under: ctx.keys.wrapping, value: presentOrder(input) },
    event: { kind: input.kind, ...(input.kind === 'undo' ? { undoes: input.undoes } : {}) },
  });

/** That an operation has done all that it was ordered to. */
export const doneTrail = (ctx: Context, id: string, progress: OperationProgress): Trail => {
  const { kind, undoes, changed, unchanged, failed, skipped } = progress;
  return trailOf(ctx, {
    action: 'bulk_data_operation.done',
    at: ctx.now(),
    subject: { kind: 'bulk_data_operation', id },
    event: { kind, ...(undoes === undefined ? {} : { undoes }), changed, unchanged, failed, skipped },
  });
};
