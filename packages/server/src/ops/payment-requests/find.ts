import type { Context } from '../../context.ts';
import type { PaymentRequestStatus } from '../../contract/payments.ts';
import { enumArgument, OnfileError } from '../../errors.ts';
import { findPaymentRequest, type PaymentRequestRow } from '../../store/payment-requests.ts';
import type { FoundSession } from '../../store/payment-sessions.ts';
import { paymentRequestTokenHash } from './tokens.ts';

/** A request of this session by its token. Throws 404 for any other, be it of another session or of none. */
export async function requestOfSession(ctx: Context, session: FoundSession, token: string): Promise<PaymentRequestRow> {
  const request = await findPaymentRequest(ctx.db, ctx.tenant.tenantId, paymentRequestTokenHash(token));
  if (!request || request.session_id !== session.session_id) {
    throw new OnfileError('errormessage.payment.request.not.found');
  }
  return request;
}

/** A request whose status does not allow what was asked. */
export const stateConflict = (status: PaymentRequestStatus): OnfileError =>
  new OnfileError('errormessage.payment.request.state', { args: [enumArgument(status)] });

/** Why a request cannot be gone on with as it was read: another call moved it meanwhile, or is still at work on it. */
export async function conflictNow(
  ctx: Context,
  read: Pick<PaymentRequestRow, 'token_hash' | 'status'>,
): Promise<OnfileError> {
  const now = await findPaymentRequest(ctx.db, ctx.tenant.tenantId, read.token_hash);
  return now && now.status !== read.status
    ? stateConflict(now.status)
    : new OnfileError('errormessage.payment.request.busy');
}
