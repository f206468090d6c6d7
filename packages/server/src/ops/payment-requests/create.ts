import { v7 as timeOrderedUuid } from 'uuid';
import type { Context } from '../../context.ts';
import type { PaymentRequestCreated } from '../../contract/gateway.ts';
import { insertPaymentRequest } from '../../store/payment-requests.ts';
import { insertTrail } from '../../store/trail.ts';
import type { AuthenticatedSession } from '../authentication/session-token.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { operation } from '../operation.ts';
import { trailOf } from '../trail.ts';
import { paymentRequestToken, paymentRequestTokenHash } from './tokens.ts';

/** Begins an attempt to enter an instrument in a session. */
export const createPaymentRequest = operation(
  null,
  async (ctx: Context, { session, secret }: AuthenticatedSession): Promise<PaymentRequestCreated> => {
    const requestId = timeOrderedUuid();
    const token = paymentRequestToken(secret, requestId);
    const at = ctx.now();
    const result = { token, status: 'CREATED' as const };
    await ctx.db.transaction(ctx.tenant.tenantId, async (tx) => {
      await insertPaymentRequest(tx, {
        request_id: requestId,
        token_hash: paymentRequestTokenHash(token),
        session_id: session.session_id,
        created_at: at,
      });
      await insertTrail(
        tx,
        trailOf(ctx, {
          action: 'payment_request.created',
          at,
          subject: { kind: 'payment_request', id: requestId },
        }),
      );
      await keepAnswerIn(tx, ctx, result);
    });
    return result;
  },
);
