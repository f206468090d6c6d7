import { enumArgument, integerArgument, OnfileError, stringArgument, timestampArgument } from '../../errors.ts';
import type { FoundCustomer } from '../../store/customers.ts';
import type { RequestWithSession } from '../../store/payment-requests.ts';

const reference = 'paymentRequestToken';

/**
 * Whether a payment request may become this customer's instrument now, in the precedence of DESIGN.md's table; null
 * stands for somebody who is to become one.
 */
export function checkUsable(request: RequestWithSession, customer: FoundCustomer | null, now: Date): void {
  if (request.customer_id !== (customer?.customer_id ?? null)) {
    throw new OnfileError('errormessage.payment.request.customer.mismatch', { reference });
  }
  const used = alreadyUsed(request);
  if (used) throw used;
  if (request.status === 'EXPIRED' || request.valid_until <= now) {
    throw new OnfileError('errormessage.payment.request.expired', {
      args: [timestampArgument(request.valid_until)],
      reference,
    });
  }
  if (request.status !== 'PREAUTHED') {
    throw new OnfileError('errormessage.payment.request.not.concluded', {
      args: [enumArgument(request.status)],
      reference,
    });
  }
  if (request.scope === 'ECOM' || Number(request.amount) !== 0) {
    throw new OnfileError('errormessage.payment.request.not.reusable', { reference });
  }
}

/** The error for a request that was used, or whose session another one has closed; null while it is open. */
export function alreadyUsed(request: RequestWithSession): OnfileError | null {
  const at = request.consumed_at ?? request.closed_at;
  if (!at) return null;
  const recordId = request.consumed_method_id ?? request.closed_by_method_id;
  const version = request.consumed_method_version ?? request.closed_by_method_version;
  return new OnfileError('errormessage.payment.request.already.used', {
    args: [timestampArgument(at), stringArgument(recordId ?? ''), integerArgument(version ?? 0)],
    reference,
  });
}
