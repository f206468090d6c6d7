import type { Context } from '../../context.ts';
import type { PaymentChoice, PaymentInstrumentDetails } from '../../contract/payments.ts';
import type { Validity } from '../../contract/validity.ts';
import { type RecordRow, walkCustomersRecords } from '../../store/records.ts';
import type { AuthenticatedSession } from '../authentication/session-token.ts';
import { validityOf } from '../instruments/validity.ts';
import { paymentInstrumentToken } from '../payment-requests/tokens.ts';
import { openRecord, type SealedContent } from '../stored-payment-methods/content.ts';
import { recordChoice, recordDetails } from '../stored-payment-methods/details.ts';
import { numberFields } from '../stored-payment-methods/rules.ts';
import { permittedChoices } from './permitted-choices.ts';

/** More than anybody keeps, and a bound on what one call decrypts. */
const mostListed = 50;

export type ExistingInstrument = {
  recordId: string;
  recordVersion: number;
  paymentInstrumentToken: string;
  paymentChoice: PaymentChoice;
  validity: Validity;
  details: PaymentInstrumentDetails;
};

/** The customer's instruments on file that the session may offer: none that has expired, is locked or not permitted. */
export async function existingInstruments(
  ctx: Context,
  { session, secret }: Pick<AuthenticatedSession, 'session' | 'secret'>,
): Promise<ExistingInstrument[]> {
  if (!session.show_existing_payment_instruments || session.customer_id === null) return [];
  const permitted = permittedChoices(ctx.tenant, session);
  if (permitted.length === 0) return [];
  const now = ctx.now();
  const found: ExistingInstrument[] = [];
  let looked = 0;
  for await (const row of walkCustomersRecords(ctx.db, ctx.tenant.tenantId, session.customer_id)) {
    looked += 1;
    if (looked > mostListed) break;
    const validity = validityOf(row.expires, now);
    if (row.sys_locked || validity === 'expired') continue;
    const { content } = openRecord(ctx, row);
    const paymentChoice = recordChoice(ctx.tenant, row, content);
    if (!isBillable(row, content) || !permitted.includes(paymentChoice)) continue;
    found.push({
      recordId: row.id,
      recordVersion: row.sys_version,
      paymentInstrumentToken: paymentInstrumentToken(secret, row.id, shownFacts(row, content)),
      paymentChoice,
      validity,
      details: recordDetails(ctx.tenant, row, content),
    });
  }
  return found;
}

/** What follows from the number, and by which mandate it is debited. */
const shownFacts = (row: RecordRow, { mandate }: SealedContent): string[] => [
  ...numberFields.map((field) => row[field]),
  mandate?.reference ?? '',
];

/** A bank account that came by the Records API, or from another contact, has no mandate that it could be debited by. */
const isBillable = (row: RecordRow, { mandate, wallet }: SealedContent): boolean =>
  row.type === 'credit card' || mandate !== undefined || wallet !== undefined;
