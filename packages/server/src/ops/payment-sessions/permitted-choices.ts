import { type PaymentChoice, servedPaymentChoices } from '../../contract/payments.ts';
import type { SessionRow } from '../../store/payment-sessions.ts';
import type { Tenant } from '../../store/tenants.ts';

/** The choices that a session offers: those that we serve and the tenant permits, less what the backend filtered out. */
export function permittedChoices(
  tenant: Pick<Tenant, 'permittedPaymentChoices'>,
  session: Pick<SessionRow, 'scope' | 'permitted_payment_choices'>,
): PaymentChoice[] {
  const ofTenant: readonly PaymentChoice[] = tenant.permittedPaymentChoices[session.scope] ?? servedPaymentChoices;
  return servedPaymentChoices.filter(
    (choice) => ofTenant.includes(choice) && (session.permitted_payment_choices?.includes(choice) ?? true),
  );
}
