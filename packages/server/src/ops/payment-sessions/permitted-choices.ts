import { type PaymentChoice, servedPaymentChoices } from '../../contract/payments.ts';
import type { SessionRow } from '../../store/payment-sessions.ts';

/** The choices that a session offers: those we serve, less what the backend filtered out. */
export const permittedChoices = (session: Pick<SessionRow, 'permitted_payment_choices'>): PaymentChoice[] =>
  servedPaymentChoices.filter((choice) => session.permitted_payment_choices?.includes(choice) ?? true);
