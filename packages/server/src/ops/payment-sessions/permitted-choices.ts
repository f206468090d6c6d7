import { type PaymentChoice, paymentChoices } from '../../contract/payments.ts';
import type { SessionRow } from '../../store/payment-sessions.ts';
import type { Tenant } from '../../store/tenants.ts';
import { defaultChoices } from './default-choices.ts';

/** The choices that a session offers: those that the tenant permits, less what the backend filtered out. */
export function permittedChoices(
  tenant: Pick<Tenant, 'permittedPaymentChoices' | 'country'>,
  session: Pick<SessionRow, 'scope' | 'currency' | 'permitted_payment_choices'>,
): PaymentChoice[] {
  const { scope, currency } = session;
  const ofTenant =
    tenant.permittedPaymentChoices[scope] ?? defaultChoices(scope, { country: tenant.country, currency });
  return paymentChoices.filter(
    (choice) => ofTenant.includes(choice) && (session.permitted_payment_choices?.includes(choice) ?? true),
  );
}
