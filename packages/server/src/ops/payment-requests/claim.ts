import type { Context } from '../../context.ts';
import { claimPaymentRequest, type PaymentRequestRow, releasePaymentRequest } from '../../store/payment-requests.ts';
import { conflictNow } from './find.ts';

/** Longer than check and tokenisation may take together; a call that crashed can be repeated after it. */
const claimMs = 90_000;

/**
 * Lets one call at a time talk to the gateway about a request, and gives the right back when it is done. Throws 409 when
 * another one has it or has moved the request.
 */
export async function whileClaimed<Result>(
  ctx: Context,
  request: PaymentRequestRow,
  work: () => Promise<Result>,
): Promise<Result> {
  const now = ctx.now();
  const { tenantId } = ctx.tenant;
  const until = new Date(now.getTime() + claimMs);
  if (!(await claimPaymentRequest(ctx.db, tenantId, request.request_id, request.status, { now, until }))) {
    throw await conflictNow(ctx, request);
  }
  try {
    return await work();
  } finally {
    await releasePaymentRequest(ctx.db, tenantId, request.request_id, until);
  }
}
