import type { Context } from '../../context.ts';
import type { PaymentState } from '../../contract/gateway.ts';
import type { AuthenticatedSession } from '../authentication/session-token.ts';
import { operation } from '../operation.ts';
import { concludeRequest } from './conclude.ts';
import { requestOfSession, stateConflict } from './find.ts';

const cancellable = new Set(['CREATED', 'CHALLENGED', 'AUTHENTICATED', 'PREAUTHED']);

/** Ends a request that was not used; its number is destroyed. One that was cancelled stays so. */
export const cancelPayment = operation(
  null,
  async (ctx: Context, input: { session: AuthenticatedSession; token: string }): Promise<PaymentState> => {
    const request = await requestOfSession(ctx, input.session.session, input.token);
    const result: PaymentState = { status: 'CANCELLED' };
    if (request.status === 'CANCELLED') return result;
    if (!cancellable.has(request.status)) throw stateConflict(request.status);
    const to = { ...request, status: 'CANCELLED' as const, sealed: null, challenge_action: null };
    await concludeRequest(ctx, request, to, { result });
    return result;
  },
);
