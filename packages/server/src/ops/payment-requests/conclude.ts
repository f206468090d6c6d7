import { randomUUID } from 'node:crypto';
import type { CardDetails, MerchantAccountRef } from '../../connectors/connector.ts';
import type { Context } from '../../context.ts';
import { type DataKey, open, seal } from '../../crypto/envelope.ts';
import { keyedHash } from '../../crypto/keyed-hash.ts';
import { Secret } from '../../crypto/secret.ts';
import { listActiveMerchantAccounts, type MerchantAccountRow } from '../../store/merchant-accounts.ts';
import { type PaymentRequestRow, updatePaymentRequest } from '../../store/payment-requests.ts';
import { insertTrail } from '../../store/trail.ts';
import {
  deleteVaultSecret,
  findVaultSecret,
  insertVaultSecret,
  type VaultSecretRow,
} from '../../store/vault-secrets.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { trailOf } from '../trail.ts';
import type { RequestContent } from './content.ts';
import { stateConflict } from './find.ts';

/** The merchant account in a connector's words. */
export const accountRef = (ctx: Pick<Context, 'tenant'>, account: MerchantAccountRow): MerchantAccountRef => ({
  tenantId: ctx.tenant.tenantId,
  merchantAccountId: account.merchant_account_id,
  processorAccountId: account.processor_account_id,
});

/**
 * Vaults a card at every active merchant account at once, within the deadline. An account whose gateway fails is left
 * out, so that none keeps a token of another number.
 */
export async function tokenizeEverywhere(ctx: Context, card: CardDetails): Promise<RequestContent['tokens']> {
  const accounts = await listActiveMerchantAccounts(ctx.db, ctx.tenant.tenantId);
  const connector = ctx.connectorOf(ctx.tenant);
  const signal = AbortSignal.timeout(ctx.config.tokenizationTimeoutMs);
  const settled = await Promise.allSettled(
    accounts.map(async (account) => ({
      merchant_account_id: account.merchant_account_id,
      token: (await connector.tokenizeCard(accountRef(ctx, account), card, signal)).reveal(),
    })),
  );
  return settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

const secretBinding = (ctx: Pick<Context, 'tenant'>, secretId: string) =>
  [ctx.tenant.tenantId, 'vault_secrets', secretId, 'number', 1] as const;

/** Encrypts a number before it is stored; the fingerprint covers the whole number, never the expiry. */
export function vaultNumber(
  ctx: Context,
  number: Secret<string>,
  customerUuid: string,
  dataKey: DataKey,
): VaultSecretRow {
  const secretId = randomUUID();
  return {
    secret_id: secretId,
    customer_uuid: customerUuid,
    key_id: dataKey.keyId,
    ciphertext: seal(number.reveal(), dataKey, secretBinding(ctx, secretId)),
    fingerprint: keyedHash(ctx.keys.fingerprint, 'card', number.reveal()),
    created_at: ctx.now(),
  };
}

/** The number of a request that was stored while its challenge ran. */
export async function unvaultNumber(ctx: Context, secretId: string, dataKey: DataKey): Promise<Secret<string>> {
  const row = await findVaultSecret(ctx.db, ctx.tenant.tenantId, secretId);
  if (!row) throw new Error('the number of a payment request is gone');
  return new Secret(open(row.ciphertext, dataKey, secretBinding(ctx, secretId)).toString('utf8'));
}

/**
 * Moves a request on in one transaction with its number, trail and kept answer. A number whose request has ended
 * without success is destroyed at once. Throws 409 when the request was moved by somebody else meanwhile.
 */
export async function concludeRequest(
  ctx: Context,
  from: PaymentRequestRow,
  to: PaymentRequestRow,
  options: { secret?: VaultSecretRow; reason?: string; result: unknown },
): Promise<void> {
  const at = ctx.now();
  const ended = to.status === 'DECLINED' || to.status === 'FAILED' || to.status === 'CANCELLED';
  const secretId = ended ? null : (options.secret?.secret_id ?? to.secret_id);
  await ctx.db.transaction(ctx.tenant.tenantId, async (tx) => {
    if (options.secret && !ended) await insertVaultSecret(tx, options.secret);
    if (!(await updatePaymentRequest(tx, from.status, { ...to, secret_id: secretId }))) {
      throw stateConflict(from.status);
    }
    if (ended && from.secret_id) await deleteVaultSecret(tx, from.secret_id);
    await insertTrail(
      tx,
      trailOf(ctx, {
        action: 'payment_request.concluded',
        at,
        subject: { kind: 'payment_request', id: to.request_id },
        event: { status: to.status, ...(options.reason ? { reason: options.reason } : {}) },
      }),
    );
    await keepAnswerIn(tx, ctx, options.result);
  });
}
