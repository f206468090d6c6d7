import type { Context } from '../../context.ts';
import type { RequestWithSession } from '../../store/payment-requests.ts';
import { type RequestContent, readRequestContent } from '../payment-requests/content.ts';

/** What was entered in a concluded request; null when an instrument on file was picked. */
export async function enteredContent(ctx: Context, request: RequestWithSession): Promise<RequestContent | null> {
  if (request.chosen_method_id) return null;
  if (!request.sealed) throw new Error('a concluded payment request has no content');
  return readRequestContent(ctx, request.request_id, request.sealed);
}
