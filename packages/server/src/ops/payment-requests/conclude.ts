import type { Context } from '../../context.ts';
import { OnfileError } from '../../errors.ts';
import { releaseAttempt } from '../../store/payment-attempts.ts';
import { type PaymentRequestRow, updatePaymentRequest } from '../../store/payment-requests.ts';
import { insertTokenTasks, type RetireTask } from '../../store/token-tasks.ts';
import { insertTrail } from '../../store/trail.ts';
import { deleteVaultSecret, insertVaultSecret, type VaultSecretRow } from '../../store/vault-secrets.ts';
import { type MadeTokens, retireOrphans } from '../gateway-tokens/retire-orphans.ts';
import { keepAnswerIn } from '../idempotency.ts';
import { trailOf } from '../trail.ts';
import { isForgiven } from './attempt-counters.ts';
import { conflictNow } from './find.ts';

type Conclusion = {
  secret?: VaultSecretRow;
  reason?: string;
  result: unknown;
  /** Earlier tokens of the request that are of no use now. */
  retired?: readonly RetireTask[];
  /** Tokens that were made for this conclusion: nobody's, should it come to nothing. */
  made?: MadeTokens;
};

/**
 * Moves a request on in one transaction with its number, trail and kept answer. A number whose request has ended
 * without success is destroyed at once. Throws 409 when the request was moved by somebody else meanwhile.
 */
export async function concludeRequest(
  ctx: Context,
  from: PaymentRequestRow,
  to: PaymentRequestRow,
  options: Conclusion,
): Promise<void> {
  try {
    await conclude(ctx, from, to, options);
  } catch (error) {
    // After a lost connection it may have been applied.
    const isUncertain = error instanceof OnfileError && error.code === 'errormessage.unavailable';
    if (options.made && !isUncertain) await retireOrphans(ctx, options.made);
    throw error instanceof RequestMoved ? await conflictNow(ctx, from) : error;
  }
}

/** Undoes what the transaction has written before it found the request in another status. */
class RequestMoved extends Error {}

async function conclude(
  ctx: Context,
  from: PaymentRequestRow,
  to: PaymentRequestRow,
  options: Conclusion,
): Promise<void> {
  const { retired = [] } = options;
  const at = ctx.now();
  const ended = to.status === 'DECLINED' || to.status === 'FAILED' || to.status === 'CANCELLED';
  const secretId = ended ? null : (options.secret?.secret_id ?? to.secret_id);
  await ctx.db.transaction(ctx.tenant.tenantId, async (tx) => {
    if (options.secret && !ended) await insertVaultSecret(tx, options.secret);
    if (!(await updatePaymentRequest(tx, from.status, { ...to, secret_id: secretId }))) throw new RequestMoved();
    if (ended && from.secret_id) await deleteVaultSecret(tx, from.secret_id);
    if (isForgiven(from, to)) await releaseAttempt(tx, to.request_id);
    await insertTokenTasks(tx, retired);
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
  ctx.wakeTokenWorker(
    ctx.tenant.tenantId,
    retired.map((task) => task.task_id),
  );
}
