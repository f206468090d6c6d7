import { isExpired, parseExpiry } from '@onfile/card/expiry';
import type { Context } from '../../context.ts';
import type { PaymentChoice, PaymentInstrumentDetails } from '../../contract/payments.ts';
import { listCustomersRecords } from '../../store/records.ts';
import type { AuthenticatedSession } from '../authentication/session-token.ts';
import { recordDetails } from '../instrument-details.ts';
import { paymentInstrumentToken } from '../payment-requests/tokens.ts';
import { openRecord } from '../stored-payment-methods/content.ts';
import { permittedChoices } from './permitted-choices.ts';

/** More than anybody keeps, and a bound on what one call decrypts. */
const mostListed = 50;

export type ExistingInstrument = {
  recordId: string;
  recordVersion: number;
  paymentInstrumentToken: string;
  paymentChoice: PaymentChoice;
  details: PaymentInstrumentDetails;
};

/** The customer's cards on file that the session may offer: none that has expired or is locked. */
export async function existingInstruments(
  ctx: Context,
  { session, secret }: Pick<AuthenticatedSession, 'session' | 'secret'>,
): Promise<ExistingInstrument[]> {
  if (!session.show_existing_payment_instruments || session.customer_id === null) return [];
  if (!permittedChoices(ctx.tenant, session).includes('CREDIT_CARD')) return [];
  const rows = await listCustomersRecords(ctx.db, ctx.tenant.tenantId, session.customer_id, '', mostListed);
  const now = ctx.now();
  return rows
    .filter((row) => {
      const expiry = row.expires === null ? undefined : parseExpiry(row.expires);
      return row.type === 'credit card' && !row.sys_locked && !(expiry && isExpired(expiry, now));
    })
    .map((row) => ({
      recordId: row.id,
      recordVersion: row.sys_version,
      paymentInstrumentToken: paymentInstrumentToken(secret, row.id),
      paymentChoice: 'CREDIT_CARD',
      details: recordDetails(row, openRecord(ctx, row).content),
    }));
}
