import type { Context } from '../../context.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import type { DataKey } from '../../crypto/envelope.ts';
import { Secret } from '../../crypto/secret.ts';
import { shareCustomerKey } from '../../store/keys.ts';
import { insertTokenTasks } from '../../store/token-tasks.ts';
import { accountRef } from '../instruments/tokenize.ts';
import { withinDeadline } from './attempt.ts';
import { retireTasks } from './tasks.ts';

type Tokens = StoredPaymentMethod['merchant_account_tokens'];

/** Tokens at the gateways, and whose they were meant to be. */
export type MadeTokens = { tokens: Tokens; recordId: string | null; dataKey: DataKey };

/**
 * Has tokens retired that were made for a change which, for certain, was not applied. After a lost connection it may
 * have been: better a token too many at a gateway than one that is still billed gone.
 */
export async function retireOrphans(ctx: Context, made: MadeTokens): Promise<void> {
  const tasks = retireTasks(ctx, made.tokens, made);
  if (tasks.length === 0) return;
  const { tenantId } = ctx.tenant;
  const isKept = await ctx.db.transaction(tenantId, async (tx) => {
    if (!(await shareCustomerKey(tx, made.dataKey.keyId))) return false;
    await insertTokenTasks(tx, tasks);
    return true;
  });
  if (!isKept) return retireNow(ctx, made.tokens);
  ctx.wakeTokenWorker(
    tenantId,
    tasks.map((task) => task.task_id),
  );
}

/** Of a customer who was erased while a gateway made them nothing may be kept: what is not retired now never is. */
async function retireNow(ctx: Context, tokens: Tokens): Promise<void> {
  const retire = async ({ merchant_account_id: id, token }: Tokens[number]): Promise<void> => {
    const account = await ctx.readMerchantAccount(ctx.tenant.tenantId, id);
    if (!account) return;
    await withinDeadline(ctx, (signal) =>
      ctx.connectorOf(ctx.tenant).retireToken(accountRef(ctx, account), new Secret(token), signal),
    );
  };
  await Promise.allSettled(tokens.map(retire));
}
