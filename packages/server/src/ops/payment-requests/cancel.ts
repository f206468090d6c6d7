import type { Context } from '../../context.ts';
import type { PaymentState } from '../../contract/gateway.ts';
import type { PaymentRequestRow } from '../../store/payment-requests.ts';
import { type FoundSession, sessionsKey } from '../../store/payment-sessions.ts';
import type { RetireTask } from '../../store/token-tasks.ts';
import type { AuthenticatedSession } from '../authentication/session-token.ts';
import { retireTasks } from '../gateway-tokens/tasks.ts';
import { operation } from '../operation.ts';
import { concludeRequest } from './conclude.ts';
import { openRequest } from './content.ts';
import { requestOfSession, stateConflict } from './find.ts';

const cancellable = new Set(['CREATED', 'CHALLENGED', 'AUTHENTICATED', 'PREAUTHED']);

/** Ends a request that was not used; its number is destroyed, its tokens are retired. One that was cancelled stays so. */
export const cancelPayment = operation(
  null,
  async (ctx: Context, input: { session: AuthenticatedSession; token: string }): Promise<PaymentState> => {
    const { session } = input.session;
    const request = await requestOfSession(ctx, session, input.token);
    const result: PaymentState = { status: 'CANCELLED' };
    if (request.status === 'CANCELLED') return result;
    if (!cancellable.has(request.status)) throw stateConflict(request.status);
    const to = { ...request, status: 'CANCELLED' as const, sealed: null, challenge_action: null };
    await concludeRequest(ctx, request, to, { result, retired: leftovers(ctx, session, request) });
    return result;
  },
);

function leftovers(ctx: Context, session: FoundSession, request: PaymentRequestRow): RetireTask[] {
  if (!request.sealed) return [];
  const dataKey = ctx.keys.customerKey(sessionsKey(session));
  const { tokens = [] } = openRequest(ctx, request.request_id, request.sealed, dataKey);
  return retireTasks(ctx, tokens, { recordId: null, dataKey });
}
