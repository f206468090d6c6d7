import { type ChallengeResult, ConnectorError } from '../../connectors/connector.ts';
import type { Context } from '../../context.ts';
import type { PaymentState } from '../../contract/gateway.ts';
import {
  findMerchantAccount,
  listActiveMerchantAccounts,
  type MerchantAccountRow,
} from '../../store/merchant-accounts.ts';
import type { PaymentRequestRow } from '../../store/payment-requests.ts';
import { type FoundSession, sessionsKey } from '../../store/payment-sessions.ts';
import type { AuthenticatedSession } from '../authentication/session-token.ts';
import { accountRef, tokenizeAt } from '../instruments/tokenize.ts';
import { unvaultNumber, type VaultNumber, vaultNumber } from '../instruments/vault.ts';
import { operation } from '../operation.ts';
import { concludeCancelled } from './cancel.ts';
import { whileClaimed } from './claim.ts';
import { concludeRequest } from './conclude.ts';
import { type RequestContent, readRequestContent, sealRequest } from './content.ts';
import { requestOfSession, stateConflict } from './find.ts';
import { takeGranted } from './granted.ts';
import { nextState, presentState } from './state.ts';

/** Asks the connector how a challenge or redirect ended. One that is still open leaves the request as it is. */
export const authenticatePayment = operation(
  null,
  async (ctx: Context, input: { session: AuthenticatedSession; token: string }): Promise<PaymentState> => {
    const { session } = input.session;
    const request = await requestOfSession(ctx, session, input.token);
    if (request.status === 'CREATED') throw stateConflict(request.status);
    if (request.status !== 'CHALLENGED') return presentState(ctx, request);
    return whileClaimed(ctx, request, () => conclude(ctx, session, request));
  },
);

type Ended = Exclude<ChallengeResult, { outcome: 'pending' | 'cancelled' }>;

async function conclude(ctx: Context, session: FoundSession, request: PaymentRequestRow): Promise<PaymentState> {
  const account = await challengedAccount(ctx, request);
  if (!account || !request.sealed) return presentState(ctx, request);
  // Before the gateway is asked: a key that is not known makes the whole operation run again.
  const dataKey = ctx.keys.customerKey(sessionsKey(session));
  const before = await readRequestContent(ctx, request.request_id, request.sealed);
  const ended = await askHowItEnded(ctx, request, account);
  if (ended.outcome === 'pending') return presentState(ctx, request);
  if (ended.outcome === 'cancelled') return concludeCancelled(ctx, request);
  const { content, vault } = await afterChallenge(ctx, request, before, ended, account);
  const next = nextState(ended.outcome === 'granted' ? { outcome: 'approved' } : ended, content);
  const to: PaymentRequestRow = {
    ...request,
    status: next.state.status,
    challenge_action: null,
    key_id: dataKey.keyId,
    sealed: sealRequest(ctx, request.request_id, content, dataKey),
  };
  await concludeRequest(ctx, request, to, {
    ...(vault ? { secret: vaultNumber(ctx, vault, session.customer_uuid, dataKey) } : {}),
    ...(next.reason ? { reason: next.reason } : {}),
    result: next.state,
    made: { tokens: content.tokens ?? [], recordId: null, dataKey },
  });
  return next.state;
}

/** The content with what the challenge's end has added: the tokens, and of a redirect the instrument itself. */
async function afterChallenge(
  ctx: Context,
  request: PaymentRequestRow,
  before: RequestContent,
  ended: Ended,
  account: MerchantAccountRow,
): Promise<{ content: RequestContent; vault?: VaultNumber }> {
  if (ended.outcome === 'granted' && 'redirect' in before) {
    const { issuer } = before.redirect;
    const { instrument, vault, tokenized } = await takeGranted(ctx, ended.instrument, {
      merchantAccountId: account.merchant_account_id,
      ...(issuer ? { issuer } : {}),
    });
    return { content: { ...instrument, billingAddress: before.billingAddress, ...tokenized }, vault };
  }
  if (ended.outcome === 'approved' && 'card' in before && request.secret_id) {
    const number = await unvaultNumber(ctx, request.secret_id);
    const accounts = await listActiveMerchantAccounts(ctx.db, ctx.tenant.tenantId);
    const { holder, expiryMonth, expiryYear } = before.card;
    const details = { kind: 'card' as const, number, holder, expiryMonth, expiryYear };
    return { content: { ...before, ...(await tokenizeAt(ctx, accounts, details)) } };
  }
  return { content: before };
}

/** A request that was challenged before the account was noted was sent to the oldest one. */
async function challengedAccount(ctx: Context, request: PaymentRequestRow): Promise<MerchantAccountRow | null> {
  const { tenantId } = ctx.tenant;
  const { challenge_merchant_account_id: id } = request;
  if (id !== null) return findMerchantAccount(ctx.db, tenantId, id);
  const [oldest] = await listActiveMerchantAccounts(ctx.db, tenantId);
  return oldest ?? null;
}

/** A gateway that cannot be asked has not decided: the customer may ask again. */
async function askHowItEnded(
  ctx: Context,
  request: PaymentRequestRow,
  account: MerchantAccountRow,
): Promise<ChallengeResult> {
  if (!request.challenge_reference) return { outcome: 'pending' };
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
