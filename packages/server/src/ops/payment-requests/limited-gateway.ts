import type { Context } from '../../context.ts';
import { isNewlyFull, releaseAttempt, reserveAttempt } from '../../store/payment-attempts.ts';
import type { PaymentRequestRow } from '../../store/payment-requests.ts';
import type { FoundSession } from '../../store/payment-sessions.ts';
import { insertTrail } from '../../store/trail.ts';
import { trailOf } from '../trail.ts';
import { attemptCounters, type LimitedCounter } from './attempt-counters.ts';
import { type AskGateway, askGateway } from './submitted.ts';

/**
 * Asks the gateway within the tenant's limits on failed attempts. The attempt is counted before the gateway is asked,
 * so that no number of them at once gets past a limit; beyond it the answer is a decline like any other, and the gateway
 * learns of nothing. A gateway that cannot be asked gives the attempt back; so does a good end (`concludeRequest`).
 */
export const limitedGateway =
  (session: FoundSession, request: PaymentRequestRow): AskGateway =>
  async (ctx, ask) => {
    if (!(await mayAttempt(ctx, session, request))) {
      return { checked: { outcome: 'declined', reason: 'velocity_limited' }, accounts: [] };
    }
    try {
      return await askGateway(ctx, ask);
    } catch (error) {
      // Should this fail too, the attempt counts until its window ends, and the first failure is what is told.
      await ctx.db
        .transaction(ctx.tenant.tenantId, (tx) => releaseAttempt(tx, request.request_id))
        .catch(() => undefined);
      throw error;
    }
  };

async function mayAttempt(ctx: Context, session: FoundSession, request: PaymentRequestRow): Promise<boolean> {
  const at = ctx.now();
  const counters = attemptCounters(ctx, session, at);
  if (counters.length === 0) return true;
  return ctx.db.transaction(ctx.tenant.tenantId, async (tx) => {
    const reserved = await reserveAttempt(tx, request.request_id, counters, at);
    const full = counters.find(({ counter }) => counter === reserved?.counter);
    if (!full) return true;
    if (await isNewlyFull(tx, full, at)) await insertTrail(tx, limitTrail(ctx, session, full, at));
    return false;
  });
}

const limitTrail = (ctx: Context, session: FoundSession, { limit, most }: LimitedCounter, at: Date) =>
  trailOf(ctx, {
    action: 'payment_session.velocity_limited',
    at,
    subject: { kind: 'payment_session', id: session.session_id },
    event: { limit, failed_attempts: most, customer_id: session.customer_id },
  });
