import type { PaymentChoice, PaymentInstrumentDetails } from '../../contract/payments.ts';
import type { RecordRow } from '../../store/records.ts';
import type { Tenant } from '../../store/tenants.ts';
import { choiceOf } from '../instruments/choice.ts';
import { instrumentDetails } from '../instruments/details.ts';
import type { SealedContent } from './content.ts';

/** The payment choice that a record is. */
export const recordChoice = (
  { country }: Pick<Tenant, 'country'>,
  row: Pick<RecordRow, 'type'>,
  content: SealedContent,
): PaymentChoice => choiceOf(row.type, content, country);

/** An instrument on file as the Customer API and the component show it. */
export const recordDetails = (
  tenant: Pick<Tenant, 'country'>,
  row: Pick<RecordRow, 'type' | 'credit_card_type' | 'last_four_digits' | 'expires'>,
  content: SealedContent,
): PaymentInstrumentDetails =>
  instrumentDetails({
    choice: recordChoice(tenant, row, content),
    brand: content.network ?? row.credit_card_type,
    holder: content.name_on_account,
    lastFour: row.last_four_digits,
    expires: row.expires,
    facts: content,
  });
