import type { Context } from '../../context.ts';
import { type RequestWithSession, requestsKey } from '../../store/payment-requests.ts';
import { openRequest, type RequestContent } from '../payment-requests/content.ts';

/** What was entered in a concluded request; null when an instrument on file was picked. */
export function enteredContent(ctx: Context, request: RequestWithSession): RequestContent | null {
  if (request.chosen_method_id) return null;
  if (!request.sealed) throw new Error('a concluded payment request has no content');
  return openRequest(ctx, request.request_id, request.sealed, ctx.keys.customerKey(requestsKey(request)));
}
