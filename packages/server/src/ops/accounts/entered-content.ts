import type { Context } from '../../context.ts';
import type { WrappedCustomerKey } from '../../store/keys.ts';
import type { RequestWithSession } from '../../store/payment-requests.ts';
import { openRequest, type RequestContent } from '../payment-requests/content.ts';

/** The data key of whom the session was for, a customer or somebody who is none yet. */
export const requestsKey = (request: RequestWithSession): WrappedCustomerKey => ({
  keyId: request.session_key_id,
  customerUuid: request.customer_uuid,
  wrappedKey: request.wrapped_key,
  wrappedBy: request.wrapped_by,
});

/** What was entered in a concluded request; null when an instrument on file was picked. */
export function enteredContent(ctx: Context, request: RequestWithSession): RequestContent | null {
  if (request.chosen_method_id) return null;
  if (!request.sealed) throw new Error('a concluded payment request has no content');
  return openRequest(ctx, request.request_id, request.sealed, ctx.keys.customerKey(requestsKey(request)));
}
