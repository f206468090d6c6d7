import type { Context } from '../../context.ts';
import type { Trail } from '../../store/trail.ts';
import { trailOf } from '../trail.ts';

/** The audit entry of what somebody did to a load; what the load then does has entries of its own, record by record. */
export const bulkLoadTrail = (
  ctx: Context,
  action: 'bulk_load.created' | 'bulk_load.started' | 'bulk_load.cancelled',
  id: string,
): Trail => trailOf(ctx, { action, at: ctx.now(), subject: { kind: 'bulk_load', id } });
