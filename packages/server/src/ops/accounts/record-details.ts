import type { PaymentInstrumentDetails } from '../../contract/payments.ts';
import type { RecordRow } from '../../store/records.ts';
import { maskedNumber } from '../payment-requests/content.ts';
import type { SealedContent } from '../stored-payment-methods/content.ts';

/** A card on file as the Customer API and the component show it, masked. Nothing for what is no card. */
export function recordDetails(row: RecordRow, content: SealedContent): PaymentInstrumentDetails {
  if (row.type !== 'credit card') return {};
  const [year, month] = row.expires?.split('-') ?? [];
  return {
    creditCard: {
      brand: content.network ?? row.credit_card_type,
      cardHolder: content.name_on_account,
      cardNumber: maskedNumber(row.last_four_digits),
      ...(month && year ? { expiry: `${month}/${year}` } : {}),
    },
  };
}
