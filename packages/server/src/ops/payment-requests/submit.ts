import type { CheckResult } from '../../connectors/connector.ts';
import { ConnectorError } from '../../connectors/connector.ts';
import type { Context } from '../../context.ts';
import type { PaymentState, PaymentSubmission } from '../../contract/gateway.ts';
import { OnfileError } from '../../errors.ts';
import { listActiveMerchantAccounts } from '../../store/merchant-accounts.ts';
import { claimPaymentRequest, type PaymentRequestRow, releasePaymentRequest } from '../../store/payment-requests.ts';
import { sessionsKey } from '../../store/payment-sessions.ts';
import type { AuthenticatedSession } from '../authentication/session-token.ts';
import { operation } from '../operation.ts';
import { permittedChoices } from '../payment-sessions/permitted-choices.ts';
import { checkAddress, recordAddress } from './address.ts';
import { type CheckedCard, checkCard } from './card-rules.ts';
import { accountRef, concludeRequest, tokenizeEverywhere, vaultNumber } from './conclude.ts';
import { type RequestContent, requestDetails, sealRequest } from './content.ts';
import { requestOfSession, stateConflict } from './find.ts';
import { pickStoredInstrument } from './pick-stored.ts';

/** Longer than check and tokenisation may take together; a submission that crashed can be repeated after it. */
export const claimMs = 90_000;

type Submission = { session: AuthenticatedSession; token: string; body: PaymentSubmission };

/**
 * Takes the instrument that the customer entered, or picked among those on file. The connector checks it; a decline is
 * an answer, not an error. Number and code are in clear in this call only. Throws 400 for what cannot be a card.
 */
export const submitPayment = operation(null, async (ctx: Context, input: Submission): Promise<PaymentState> => {
  const { session, body } = input;
  const request = await requestOfSession(ctx, session.session, input.token);
  if (request.status !== 'CREATED') throw stateConflict(request.status);
  checkShape(session, body);
  if (body.paymentInstrumentToken !== undefined) {
    return pickStoredInstrument(ctx, session, request, body.paymentInstrumentToken);
  }
  if (!body.creditCard) throw new OnfileError('errormessage.validation.required', { reference: 'creditCard' });
  const card = checkCard(body.creditCard, ctx.now());
  return whileClaimed(ctx, request, () => submitCard(ctx, session, request, card, body));
});

function checkShape({ session }: AuthenticatedSession, body: PaymentSubmission): void {
  if (!permittedChoices(session).some((choice) => choice === body.paymentMethod)) {
    throw new OnfileError('errormessage.payment.choice.not.permitted', { reference: 'paymentMethod' });
  }
  if (body.creditCard && body.paymentInstrumentToken !== undefined) {
    throw new OnfileError('errormessage.validation.exclusive', { reference: 'paymentInstrumentToken' });
  }
  checkAddress(body.billingAddress ?? {});
}

/** Lets one call at a time talk to the gateway about a request; one that fails gives the right back. */
export async function whileClaimed<Result>(
  ctx: Context,
  request: PaymentRequestRow,
  work: () => Promise<Result>,
): Promise<Result> {
  const now = ctx.now();
  const { tenantId } = ctx.tenant;
  const until = new Date(now.getTime() + claimMs);
  if (!(await claimPaymentRequest(ctx.db, tenantId, request.request_id, request.status, { now, until }))) {
    throw stateConflict(request.status);
  }
  try {
    return await work();
  } catch (error) {
    await releasePaymentRequest(ctx.db, tenantId, request.request_id);
    throw error;
  }
}

async function submitCard(
  ctx: Context,
  { session }: AuthenticatedSession,
  request: PaymentRequestRow,
  card: CheckedCard,
  body: PaymentSubmission,
): Promise<PaymentState> {
  const dataKey = ctx.keys.customerKey(sessionsKey(session));
  const content: RequestContent = {
    card: {
      brand: card.brand,
      holder: card.holder,
      lastFour: card.number.reveal().slice(-4),
      expiryMonth: card.expiryMonth,
      expiryYear: card.expiryYear,
    },
    billingAddress: recordAddress(body.billingAddress ?? {}),
    tokens: [],
  };
  const checked = await checkAtGateway(ctx, card);
  if (checked.outcome === 'approved') content.tokens = await tokenizeEverywhere(ctx, card);
  const next = nextState(checked, content);
  const to: PaymentRequestRow = {
    ...request,
    status: next.state.status,
    challenge_reference: checked.outcome === 'challenged' ? checked.challengeReference : null,
    challenge_action: checked.outcome === 'challenged' ? checked.action : null,
    key_id: dataKey.keyId,
    sealed: sealRequest(ctx, request.request_id, content, dataKey),
  };
  await concludeRequest(ctx, request, to, {
    secret: vaultNumber(ctx, card.number, session.customer_uuid, dataKey),
    ...(next.reason ? { reason: next.reason } : {}),
    result: next.state,
  });
  return next.state;
}

/** A check that came to no result; the reason is for the merchant. */
type FailedCheck = { outcome: 'failed'; reason: 'gateway_failed' | 'no_merchant_account' };

async function checkAtGateway(ctx: Context, card: CheckedCard): Promise<CheckResult | FailedCheck> {
  const [account] = await listActiveMerchantAccounts(ctx.db, ctx.tenant.tenantId);
  if (!account) return { outcome: 'failed', reason: 'no_merchant_account' };
  const signal = AbortSignal.timeout(ctx.config.tokenizationTimeoutMs);
  try {
    return await ctx.connectorOf(ctx.tenant).checkCard(accountRef(ctx, account), card, signal);
  } catch (error) {
    if (error instanceof ConnectorError) return { outcome: 'failed', reason: 'gateway_failed' };
    throw error;
  }
}

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
