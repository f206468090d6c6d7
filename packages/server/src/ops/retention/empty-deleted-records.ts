import type { Context } from '../../context.ts';
import { SealBroken } from '../../crypto/envelope.ts';
import type { Transaction } from '../../store/database.ts';
import { emptyRecords, holdDeletedRecords } from '../../store/empty-records.ts';
import type { FoundRecord } from '../../store/records.ts';
import type { Stretch } from '../../store/retention.ts';
import { insertTokenTasks, type TokenTask } from '../../store/token-tasks.ts';
import { insertTrail } from '../../store/trail.ts';
import { retireTasks } from '../gateway-tokens/tasks.ts';
import { openRecord } from '../stored-payment-methods/content.ts';
import { trailOf } from '../trail.ts';

/**
 * Empties records that were deleted so long ago that nobody restores them: content, history, number, files. Ids, versions
 * and times stay; tokens that they held are retired, unless a live record holds them.
 */
export async function emptyDeletedRecords(tx: Transaction, ctx: Context, until: Date, limit: number): Promise<Stretch> {
  const records = await holdDeletedRecords(tx, until, limit);
  const at = ctx.now();
  await emptyRecords(tx, {
    ids: records.map(({ id }) => id),
    at,
    by: ctx.caller.id,
    context: { action: 'stored_payment_method.emptied', actor: ctx.caller.id, method: ctx.caller.kind },
  });
  for (const row of records) {
    await insertTokenTasks(tx, tokensToRetire(ctx, row));
    const subject = { kind: 'stored_payment_method', id: row.id, version: row.sys_version + 1 };
    await insertTrail(tx, trailOf(ctx, { action: 'stored_payment_method.emptied', at, subject }));
  }
  return { removed: records.length, heldTo: until, mayGoOn: records.length === limit };
}

function tokensToRetire(ctx: Context, row: FoundRecord): TokenTask[] {
  try {
    const { content, dataKey } = openRecord(ctx, row);
    return retireTasks(ctx, content.merchant_account_tokens, { recordId: row.id, dataKey });
  } catch (error) {
    if (error instanceof SealBroken) return [];
    throw error;
  }
}
