import { type CheckResult, ConnectorError } from '../../connectors/connector.ts';
import type { Context } from '../../context.ts';
import type { PaymentState, PaymentSubmission } from '../../contract/gateway.ts';
import { OnfileError } from '../../errors.ts';
import { listActiveMerchantAccounts } from '../../store/merchant-accounts.ts';
import type { PaymentRequestRow } from '../../store/payment-requests.ts';
import { sessionsKey } from '../../store/payment-sessions.ts';
import type { AuthenticatedSession } from '../authentication/session-token.ts';
import { operation } from '../operation.ts';
import { permittedChoices } from '../payment-sessions/permitted-choices.ts';
import { checkAddress, recordAddress } from './address.ts';
import { type CheckedCard, checkCard } from './card-rules.ts';
import { whileClaimed } from './claim.ts';
import { accountRef, concludeRequest, tokenizeEverywhere, vaultNumber } from './conclude.ts';
import { type RequestContent, sealRequest } from './content.ts';
import { requestOfSession, stateConflict } from './find.ts';
import { pickStoredInstrument } from './pick-stored.ts';
import { type FailedCheck, nextState } from './state.ts';

type Submission = { session: AuthenticatedSession; token: string; body: PaymentSubmission };

/**
 * Takes the instrument that the customer entered, or picked among those on file. The connector checks it; a decline is
 * an answer, not an error. Number and code are in clear in this call only. Throws 400 for what cannot be a card.
 */
export const submitPayment = operation(null, async (ctx: Context, input: Submission): Promise<PaymentState> => {
  const { session, body } = input;
  const request = await requestOfSession(ctx, session.session, input.token);
  if (request.status !== 'CREATED') throw stateConflict(request.status);
  checkShape(ctx, session, body);
  if (body.paymentInstrumentToken !== undefined) {
    return pickStoredInstrument(ctx, session, request, body.paymentInstrumentToken);
  }
  if (!body.creditCard) throw new OnfileError('errormessage.validation.required', { reference: 'creditCard' });
  const card = checkCard(body.creditCard, ctx.now());
  return whileClaimed(ctx, request, () => submitCard(ctx, session, request, card, body));
});

function checkShape(ctx: Context, { session }: AuthenticatedSession, body: PaymentSubmission): void {
  if (!permittedChoices(ctx.tenant, session).some((choice) => choice === body.paymentMethod)) {
    throw new OnfileError('errormessage.payment.choice.not.permitted', { reference: 'paymentMethod' });
  }
  if (body.creditCard && body.paymentInstrumentToken !== undefined) {
    throw new OnfileError('errormessage.validation.exclusive', { reference: 'paymentInstrumentToken' });
  }
  checkAddress(body.billingAddress ?? {});
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
