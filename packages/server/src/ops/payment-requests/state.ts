import type { Context } from '../../context.ts';
import type { PaymentState } from '../../contract/gateway.ts';
import type { PaymentRequestRow } from '../../store/payment-requests.ts';
import { type FoundSession, sessionsKey } from '../../store/payment-sessions.ts';
import type { AuthenticatedSession } from '../authentication/session-token.ts';
import { operation } from '../operation.ts';
import { openRequest, requestDetails } from './content.ts';
import { requestOfSession } from './find.ts';

/** A request as the component sees it: its status, what the customer has to do, the instrument masked. */
export function presentState(ctx: Context, session: FoundSession, request: PaymentRequestRow): PaymentState {
  const { status, sealed, challenge_action: action } = request;
  const content = sealed && openRequest(ctx, request.request_id, sealed, ctx.keys.customerKey(sessionsKey(session)));
  return {
    status,
    ...(status === 'CHALLENGED' && action ? { action } : {}),
    ...(status === 'DECLINED' ? { reason: 'declined' as const } : {}),
    ...(status === 'FAILED' ? { reason: 'failed' as const } : {}),
    ...(content ? { paymentInstrumentDetails: requestDetails(content) } : {}),
  };
}

/** The state of a payment request. */
export const getPayment = operation(
  null,
  async (ctx: Context, input: { session: AuthenticatedSession; token: string }): Promise<PaymentState> => {
    const { session } = input.session;
    return presentState(ctx, session, await requestOfSession(ctx, session, input.token));
  },
);
