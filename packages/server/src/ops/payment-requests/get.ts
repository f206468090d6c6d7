import type { Context } from '../../context.ts';
import type { PaymentState } from '../../contract/gateway.ts';
import type { AuthenticatedSession } from '../authentication/session-token.ts';
import { operation } from '../operation.ts';
import { requestOfSession } from './find.ts';
import { presentState } from './state.ts';

/** A payment request as it is now. Throws 404 for one of another session, or of none. */
export const getPayment = operation(
  null,
  async (ctx: Context, input: { session: AuthenticatedSession; token: string }): Promise<PaymentState> => {
    const { session } = input.session;
    return presentState(ctx, await requestOfSession(ctx, session, input.token));
  },
);
