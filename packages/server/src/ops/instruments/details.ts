import type { PaymentInstrumentDetails } from '../contract/payments.ts';
import type { RecordRow } from '../store/records.ts';
import type { SealedContent } from './stored-payment-methods/content.ts';

/** A card that was entered or is on file; `expires` is YYYY-MM-DD. */
export type ShownCard = { brand: string | null; holder: string; lastFour: string; expires: string | null };

/** A card as people may see it. PCI DSS 4.0.1, 3.4.1: of its number no more than the last four digits. */
export function cardDetails({ brand, holder, lastFour, expires }: ShownCard): PaymentInstrumentDetails {
  const [year, month] = expires?.split('-') ?? [];
  return {
    creditCard: {
      ...(brand ? { brand } : {}),
      cardHolder: holder,
      cardNumber: `************${lastFour}`,
      ...(month && year ? { expiry: `${month}/${year}` } : {}),
    },
  };
}

/** An instrument on file as the Customer API and the component show it. Nothing for what is no card. */
export const recordDetails = (row: RecordRow, content: SealedContent): PaymentInstrumentDetails =>
  row.type === 'credit card'
    ? cardDetails({
        brand: content.network ?? row.credit_card_type,
        holder: content.name_on_account,
        lastFour: row.last_four_digits,
        expires: row.expires,
      })
    : {};
