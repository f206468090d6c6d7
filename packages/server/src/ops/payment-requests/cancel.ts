import type { Context } from '../../context.ts';
import type { PaymentState } from '../../contract/gateway.ts';
import type { PaymentRequestRow } from '../../store/payment-requests.ts';
import { type FoundSession, sessionsKey } from '../../store/payment-sessions.ts';
import type { RetireTask } from '../../store/token-tasks.ts';
import type { AuthenticatedSession } from '../authentication/session-token.ts';
import { retireTasks } from '../gateway-tokens/tasks.ts';
import { operation } from '../operation.ts';
import { concludeRequest } from './conclude.ts';
import { readRequestContent } from './content.ts';
import { requestOfSession, stateConflict } from './find.ts';

const cancelled: PaymentState = { status: 'CANCELLED' };

const cancellable = new Set(['CREATED', 'CHALLENGED', 'AUTHENTICATED', 'PREAUTHED']);

/** Ends a request that was not used; its number is destroyed, its tokens are retired. One that was cancelled stays so. */
export const cancelPayment = operation(
  null,
  async (ctx: Context, input: { session: AuthenticatedSession; token: string }): Promise<PaymentState> => {
    const { session } = input.session;
    const request = await requestOfSession(ctx, session, input.token);
    if (request.status === 'CANCELLED') return cancelled;
    if (!cancellable.has(request.status)) throw stateConflict(request.status);
    return concludeCancelled(ctx, request, await leftovers(ctx, session, request));
  },
);

/** Moves a request to its end without an instrument; `retired` are the tokens that it had. */
export async function concludeCancelled(
  ctx: Context,
  request: PaymentRequestRow,
  retired: readonly RetireTask[] = [],
): Promise<PaymentState> {
  const to = { ...request, status: 'CANCELLED' as const, sealed: null, challenge_action: null };
  await concludeRequest(ctx, request, to, { result: cancelled, retired });
  return cancelled;
}

async function leftovers(ctx: Context, session: FoundSession, request: PaymentRequestRow): Promise<RetireTask[]> {
  if (!request.sealed) return [];
  const dataKey = ctx.keys.customerKey(sessionsKey(session));
  const { tokens = [] } = await readRequestContent(ctx, request.request_id, request.sealed);
  return retireTasks(ctx, tokens, { recordId: null, dataKey });
}
