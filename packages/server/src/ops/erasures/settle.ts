import type { Context } from '../../context.ts';
import { type ErasureRow, finishErasure, listUnfinishedErasures, settleTokens } from '../../store/erasures.ts';
import { insertTrail } from '../../store/trail.ts';
import { trailOf } from '../trail.ts';
import { clearKeptAnswers } from './clear-answers.ts';
import { registerErasure } from './register.ts';

const erasuresAtOnce = 100;

/**
 * Does what is left of a tenant's erasures: the register, kept answers, the key of tokens once gateways have deleted them
 * or a day has passed. Ends those of which nothing is left; files are destroyed by their own sweep. One that fails leaves
 * the others theirs, and is thrown at the end.
 */
export async function settleErasures(ctx: Context): Promise<void> {
  const { tenantId } = ctx.tenant;
  const unfinished = await listUnfinishedErasures(ctx.db, tenantId, erasuresAtOnce);
  const toClear = unfinished.filter(({ answers_cleared_at: at }) => at === null);
  if (toClear.length > 0) await clearKeptAnswers(ctx, toClear);
  const settled = await Promise.allSettled(unfinished.map((erasure) => settle(ctx, erasure)));
  const failed = settled.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

async function settle(ctx: Context, erasure: ErasureRow): Promise<void> {
  if (erasure.registered_at === null) await registerErasure(ctx, erasure);
  const now = ctx.now();
  await ctx.db.transaction(ctx.tenant.tenantId, async (tx) => {
    await settleTokens(tx, erasure, now);
    const finished = await finishErasure(tx, erasure.customer_id, now);
    if (!finished) return;
    const subject = { kind: 'customer', id: String(erasure.customer_id) };
    const details = { under: ctx.keys.wrapping, value: { gateway_tokens_left: finished.gateway_tokens_left } };
    await insertTrail(tx, trailOf(ctx, { action: 'contact.erasure_finished', at: now, subject, details }));
  });
}
