import type { InstrumentDetails, MerchantAccountRef } from '../../connectors/connector.ts';
import type { Context } from '../../context.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import type { MerchantAccountRow } from '../../store/merchant-accounts.ts';

/** The merchant account in a connector's words. */
export const accountRef = (ctx: Pick<Context, 'tenant'>, account: MerchantAccountRow): MerchantAccountRef => ({
  tenantId: ctx.tenant.tenantId,
  merchantAccountId: account.merchant_account_id,
  processorAccountId: account.processor_account_id,
});

export type Tokenized = {
  tokens: StoredPaymentMethod['merchant_account_tokens'];
  /** The merchant accounts whose gateway failed or was late. */
  untokenized: string[];
};

/**
 * Vaults an instrument at several merchant accounts at once, within the deadline. An account whose gateway fails is left
 * out, so that none keeps a token of another number.
 */
export async function tokenizeAt(
  ctx: Context,
  accounts: readonly MerchantAccountRow[],
  instrument: InstrumentDetails,
): Promise<Tokenized> {
  const connector = ctx.connectorOf(ctx.tenant);
  const signal = AbortSignal.timeout(ctx.config.tokenizationTimeoutMs);
  const settled = await Promise.allSettled(
    accounts.map(async (account) => (await connector.tokenize(accountRef(ctx, account), instrument, signal)).reveal()),
  );
  const tokenized: Tokenized = { tokens: [], untokenized: [] };
  for (const [n, { merchant_account_id }] of accounts.entries()) {
    const result = settled[n];
    if (result?.status === 'fulfilled') tokenized.tokens.push({ merchant_account_id, token: result.value });
    else tokenized.untokenized.push(merchant_account_id);
  }
  return tokenized;
}
