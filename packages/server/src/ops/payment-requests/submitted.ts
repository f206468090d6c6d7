import {
  type CheckResult,
  type Connector,
  ConnectorError,
  type MerchantAccountRef,
} from '../../connectors/connector.ts';
import type { Context } from '../../context.ts';
import { listActiveMerchantAccounts, type MerchantAccountRow } from '../../store/merchant-accounts.ts';
import { accountRef } from '../instruments/tokenize.ts';
import type { VaultNumber } from '../instruments/vault.ts';
import type { RequestContent } from './content.ts';
import type { FailedCheck, LimitedCheck } from './state.ts';

/** What became of an instrument that was submitted, before any of it is stored. */
export type Submitted = {
  checked: CheckResult | FailedCheck | LimitedCheck;
  content: RequestContent;
  /** The number to keep; nothing for what has none, or has none yet. */
  vault?: VaultNumber;
  /** Whose gateway was asked. */
  merchantAccountId?: string;
};

export type Asked = { checked: CheckResult | FailedCheck | LimitedCheck; accounts: MerchantAccountRow[] };

/** Gets an instrument checked by a gateway, and tells whose accounts it can be tokenised at. */
export type AskGateway = (
  ctx: Context,
  ask: (connector: Connector, account: MerchantAccountRef, signal: AbortSignal) => Promise<CheckResult>,
) => Promise<Asked>;

/** Checks what was entered; then, when given a gateway to ask, has it checked there. */
export type Submit = (gateway: AskGateway) => Promise<Submitted>;

/** Asks the gateway of the oldest active merchant account. One that fails has not decided: the request has failed. */
export const askGateway: AskGateway = async (ctx, ask) => {
  const accounts = await listActiveMerchantAccounts(ctx.db, ctx.tenant.tenantId);
  const [account] = accounts;
  if (!account) return { checked: { outcome: 'failed', reason: 'no_merchant_account' }, accounts };
  const signal = AbortSignal.timeout(ctx.config.tokenizationTimeoutMs);
  try {
    return { checked: await ask(ctx.connectorOf(ctx.tenant), accountRef(ctx, account), signal), accounts };
  } catch (error) {
    if (error instanceof ConnectorError) return { checked: { outcome: 'failed', reason: 'gateway_failed' }, accounts };
    throw error;
  }
};

/** The merchant account that was asked, for whoever has to ask it again. */
export const askedAccount = ({ accounts: [account] }: Asked): { merchantAccountId?: string } =>
  account ? { merchantAccountId: account.merchant_account_id } : {};
