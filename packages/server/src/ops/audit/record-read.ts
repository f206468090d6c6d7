import type { Context } from '../../context.ts';
import { insertTrail } from '../../store/trail.ts';
import { type Action, trailOf } from '../trail.ts';

type ReadAction = Extract<
  Action,
  | 'stored_payment_method.history_read'
  | 'gateway_tokens.read'
  | 'payment_data.read'
  | 'stored_payment_methods.exported'
  | 'audit.read'
  | 'audit.exported'
  | 'audit.verified'
>;

/** Audits that something sensitive is about to be shown. Await it first: what cannot be audited is not shown. */
export async function recordRead(
  ctx: Context,
  action: ReadAction,
  subject: { kind: string; id: string; version?: number },
): Promise<void> {
  const trail = trailOf(ctx, { action, at: ctx.now(), subject });
  await ctx.db.transaction(ctx.tenant.tenantId, (tx) => insertTrail(tx, trail));
}
