import type { PaymentSubmission } from '../../contract/gateway.ts';
import type { PaymentChoice } from '../../contract/payments.ts';
import { OnfileError } from '../../errors.ts';

/** The object of a submission that describes an instrument of each choice (DESIGN.md, Gateway API). */
const entryFields = {
  CREDIT_CARD: 'creditCard',
  SEPA: 'sepa',
  CH_DD: 'chDD',
  LSV: 'lsvDD',
  BACS: 'bacs',
  ACH: 'ach',
  IDEAL: 'ideal',
  BANCONTACT: 'banContactCard',
  PAYPAL: 'paypal',
  TWINT: 'twint',
  CASH: 'cash',
  BANK_TRANSFER: 'bankTransfer',
} as const satisfies Record<PaymentChoice, keyof PaymentSubmission>;

/** Throws 400 when a submission holds the object of another method than its own, or one beside a stored instrument. */
export function refuseOtherEntries(body: PaymentSubmission): void {
  const own = entryFields[body.paymentMethod];
  const other = Object.values(entryFields).find((field) => field !== own && body[field] !== undefined);
  if (other) throw new OnfileError('errormessage.validation.exclusive', { reference: other });
  if (body[own] !== undefined && body.paymentInstrumentToken !== undefined) {
    throw new OnfileError('errormessage.validation.exclusive', { reference: 'paymentInstrumentToken' });
  }
}

/** What the customer entered for a method. Throws 400 naming the object when it is missing. */
export function entryOf<Field extends (typeof entryFields)[PaymentChoice]>(
  body: PaymentSubmission,
  field: Field,
): NonNullable<PaymentSubmission[Field]> {
  const entry = body[field];
  if (entry === undefined) throw new OnfileError('errormessage.validation.required', { reference: field });
  return entry;
}
