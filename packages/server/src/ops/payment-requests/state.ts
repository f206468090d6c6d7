import type { CheckResult } from '../../connectors/connector.ts';
import type { Context } from '../../context.ts';
import type { PaymentState } from '../../contract/gateway.ts';
import type { PaymentInstrumentDetails } from '../../contract/payments.ts';
import type { PaymentRequestRow } from '../../store/payment-requests.ts';
import { openRecord } from '../stored-payment-methods/content.ts';
import { recordDetails } from '../stored-payment-methods/details.ts';
import { type RequestContent, readRequestContent, requestDetails } from './content.ts';

/** A request as the component sees it: its status, what the customer has to do, the instrument masked. */
export async function presentState(ctx: Context, request: PaymentRequestRow): Promise<PaymentState> {
  const { status, challenge_action: action } = request;
  const details = await detailsOf(ctx, request);
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
  { request_id: requestId, sealed, chosen_method_id: chosenId }: PaymentRequestRow,
): Promise<PaymentInstrumentDetails | null | undefined> {
  if (sealed) return requestDetails(await readRequestContent(ctx, requestId, sealed));
  const chosen = chosenId === null ? null : await ctx.readRecord(ctx.tenant.tenantId, chosenId);
  return chosen && recordDetails(ctx.tenant, chosen, openRecord(ctx, chosen).content);
}

/** A check that came to no result; the reason is for the merchant. */
export type FailedCheck = { outcome: 'failed'; reason: 'gateway_failed' | 'no_merchant_account' };

/** A check that was refused to whom has failed too often; the reason is for the merchant. */
export type LimitedCheck = { outcome: 'declined'; reason: 'velocity_limited' };

/** What the outcome of a check means for the request; where something is to be billed, a token is needed for it. */
export function nextState(
  checked: CheckResult | FailedCheck | LimitedCheck,
  content: RequestContent,
): { state: PaymentState; reason?: string } {
  const paymentInstrumentDetails = requestDetails(content);
  const details = paymentInstrumentDetails ? { paymentInstrumentDetails } : {};
  switch (checked.outcome) {
    case 'challenged':
      return { state: { status: 'CHALLENGED', action: checked.action, ...details } };
    case 'declined':
      return { state: { status: 'DECLINED', reason: 'declined', ...details }, reason: checked.reason };
    case 'approved':
      if ('offline' in content || content.tokens?.length) return { state: { status: 'PREAUTHED', ...details } };
      return { state: { status: 'FAILED', reason: 'failed', ...details }, reason: 'no_token' };
    case 'failed':
      return { state: { status: 'FAILED', reason: 'failed', ...details }, reason: checked.reason };
  }
}
