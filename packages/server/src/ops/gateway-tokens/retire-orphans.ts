import type { Context } from '../../context.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import type { DataKey } from '../../crypto/envelope.ts';
import { insertTokenTasks } from '../../store/token-tasks.ts';
import { retireTasks } from './tasks.ts';

/** Tokens at the gateways, and whose they were meant to be. */
export type MadeTokens = {
  tokens: StoredPaymentMethod['merchant_account_tokens'];
  recordId: string | null;
  dataKey: DataKey;
};

/**
 * Has tokens retired that were made for a change which, for certain, was not applied. After a lost connection it may
 * have been: better a token too many at a gateway than one that is still billed gone.
 */
export async function retireOrphans(ctx: Context, made: MadeTokens): Promise<void> {
  const tasks = retireTasks(ctx, made.tokens, made);
  if (tasks.length === 0) return;
  const { tenantId } = ctx.tenant;
  await ctx.db.transaction(tenantId, (tx) => insertTokenTasks(tx, tasks));
  ctx.wakeTokenWorker(
    tenantId,
    tasks.map((task) => task.task_id),
  );
}
