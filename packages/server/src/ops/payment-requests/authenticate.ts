import { type ChallengeResult, ConnectorError } from '../../connectors/connector.ts';
import type { Context } from '../../context.ts';
import type { PaymentState } from '../../contract/gateway.ts';
import { listActiveMerchantAccounts } from '../../store/merchant-accounts.ts';
import type { PaymentRequestRow } from '../../store/payment-requests.ts';
import { type FoundSession, sessionsKey } from '../../store/payment-sessions.ts';
import type { AuthenticatedSession } from '../authentication/session-token.ts';
import { operation } from '../operation.ts';
import { whileClaimed } from './claim.ts';
import { accountRef, concludeRequest, tokenizeEverywhere, unvaultNumber } from './conclude.ts';
import { openRequest, sealRequest } from './content.ts';
import { requestOfSession, stateConflict } from './find.ts';
import { nextState, presentState } from './state.ts';

/** Asks the connector how a challenge or redirect ended. One that is still open leaves the request as it is. */
export const authenticatePayment = operation(
  null,
  async (ctx: Context, input: { session: AuthenticatedSession; token: string }): Promise<PaymentState> => {
    const { session } = input.session;
    const request = await requestOfSession(ctx, session, input.token);
    if (request.status === 'CREATED') throw stateConflict(request.status);
    if (request.status !== 'CHALLENGED') return presentState(ctx, session, request);
    return whileClaimed(ctx, request, () => conclude(ctx, session, request));
  },
);

async function conclude(ctx: Context, session: FoundSession, request: PaymentRequestRow): Promise<PaymentState> {
  const ended = await askGateway(ctx, request);
  if (ended.outcome === 'pending' || !request.sealed || !request.secret_id) {
    return presentState(ctx, session, request);
  }
  const dataKey = ctx.keys.customerKey(sessionsKey(session));
  const content = openRequest(ctx, request.request_id, request.sealed, dataKey);
  if (ended.outcome === 'approved') {
    const number = await unvaultNumber(ctx, request.secret_id, dataKey);
    content.tokens = await tokenizeEverywhere(ctx, { number, ...content.card });
  }
  const next = nextState(ended, content);
  const to: PaymentRequestRow = {
    ...request,
    status: next.state.status,
    challenge_action: null,
    key_id: dataKey.keyId,
    sealed: sealRequest(ctx, request.request_id, content, dataKey),
  };
  const reason = next.reason ? { reason: next.reason } : {};
  await concludeRequest(ctx, request, to, { ...reason, result: next.state });
  return next.state;
}

/** A gateway that cannot be asked has not decided: the customer may ask again. */
async function askGateway(ctx: Context, request: PaymentRequestRow): Promise<ChallengeResult> {
  const [account] = await listActiveMerchantAccounts(ctx.db, ctx.tenant.tenantId);
  if (!account || !request.challenge_reference) return { outcome: 'pending' };
  const signal = AbortSignal.timeout(ctx.config.tokenizationTimeoutMs);
  try {
    return await ctx
      .connectorOf(ctx.tenant)
      .concludeChallenge(accountRef(ctx, account), request.challenge_reference, signal);
  } catch (error) {
    if (error instanceof ConnectorError) return { outcome: 'pending' };
    throw error;
  }
}
