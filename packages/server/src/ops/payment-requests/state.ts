import type { CheckResult } from '../../connectors/connector.ts';
import type { Context } from '../../context.ts';
import type { PaymentState } from '../../contract/gateway.ts';
import type { PaymentInstrumentDetails } from '../../contract/payments.ts';
import type { PaymentRequestRow } from '../../store/payment-requests.ts';
import { type FoundSession, sessionsKey } from '../../store/payment-sessions.ts';
import { recordDetails } from '../instrument-details.ts';
import { openRecord } from '../stored-payment-methods/content.ts';
import { openRequest, type RequestContent, requestDetails } from './content.ts';

/** A request as the component sees it: its status, what the customer has to do, the instrument masked. */
export async function presentState(
  ctx: Context,
  session: FoundSession,
  request: PaymentRequestRow,
): Promise<PaymentState> {
  const { status, challenge_action: action } = request;
  const details = await detailsOf(ctx, session, request);
  return {
    status,
    ...(status === 'CHALLENGED' && action ? { action } : {}),
    ...(status === 'DECLINED' ? { reason: 'declined' as const } : {}),
    ...(status === 'FAILED' ? { reason: 'failed' as const } : {}),
    ...(details ? { paymentInstrumentDetails: details } : {}),
  };
}

/** Of what was entered, or of the stored method that was picked instead; nothing when the request holds neither. */
async function detailsOf(
  ctx: Context,
  session: FoundSession,
  { request_id: requestId, sealed, chosen_method_id: chosenId }: PaymentRequestRow,
): Promise<PaymentInstrumentDetails | null> {
  if (sealed) return requestDetails(openRequest(ctx, requestId, sealed, ctx.keys.customerKey(sessionsKey(session))));
  const chosen = chosenId === null ? null : await ctx.readRecord(ctx.tenant.tenantId, chosenId);
  return chosen && recordDetails(chosen, openRecord(ctx, chosen).content);
}

/** A check that came to no result; the reason is for the merchant. */
export type FailedCheck = { outcome: 'failed'; reason: 'gateway_failed' | 'no_merchant_account' };

/** What the outcome of a check means for the request; without a single token there is nothing to bill. */
export function nextState(
  checked: CheckResult | FailedCheck,
  content: RequestContent,
): { state: PaymentState; reason?: string } {
  const paymentInstrumentDetails = requestDetails(content);
  switch (checked.outcome) {
    case 'challenged':
      return { state: { status: 'CHALLENGED', action: checked.action, paymentInstrumentDetails } };
    case 'declined':
      return {
        state: { status: 'DECLINED', reason: 'declined', paymentInstrumentDetails },
        reason: checked.reason,
      };
    case 'approved':
      if (content.tokens.length > 0) return { state: { status: 'PREAUTHED', paymentInstrumentDetails } };
      return { state: { status: 'FAILED', reason: 'failed', paymentInstrumentDetails }, reason: 'no_token' };
    case 'failed':
      return { state: { status: 'FAILED', reason: 'failed', paymentInstrumentDetails }, reason: checked.reason };
  }
}
