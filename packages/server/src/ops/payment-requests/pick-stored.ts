import type { Context } from '../../context.ts';
import type { PaymentState } from '../../contract/gateway.ts';
import type { PaymentChoice } from '../../contract/payments.ts';
import { OnfileError } from '../../errors.ts';
import type { PaymentRequestRow } from '../../store/payment-requests.ts';
import type { AuthenticatedSession } from '../authentication/session-token.ts';
import { existingInstruments } from '../payment-sessions/existing-instruments.ts';
import { concludeRequest } from './conclude.ts';

/** A stored instrument that the customer picked: it was authorised once and is not authorised again. */
export async function pickStoredInstrument(
  ctx: Context,
  session: AuthenticatedSession,
  request: PaymentRequestRow,
  choice: PaymentChoice,
  instrumentToken: string,
): Promise<PaymentState> {
  const instruments = await existingInstruments(ctx, session);
  const picked = instruments.find((instrument) => instrument.paymentInstrumentToken === instrumentToken);
  if (!picked) {
    throw new OnfileError('errormessage.payment.instrument.not.found', { reference: 'paymentInstrumentToken' });
  }
  if (picked.paymentChoice !== choice) {
    throw new OnfileError('errormessage.validation.value', { reference: 'paymentMethod' });
  }
  const result: PaymentState = { status: 'PREAUTHED', paymentInstrumentDetails: picked.details };
  await concludeRequest(
    ctx,
    request,
    { ...request, status: 'PREAUTHED', chosen_method_id: picked.recordId, chosen_method_version: picked.recordVersion },
    { result },
  );
  return result;
}
