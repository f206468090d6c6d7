import type { CardBrand } from '@onfile/card/brand';
import { expiryDate } from '@onfile/card/expiry';
import type { Context } from '../../context.ts';
import type { PaymentInstrumentDetails } from '../../contract/payments.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import { type DataKey, open, seal } from '../../crypto/envelope.ts';
import { cardDetails } from '../instrument-details.ts';

/** What a payment request knows of the instrument: everything but the number, which is in the vault. */
export type RequestContent = {
  card: { brand: CardBrand | null; holder: string; lastFour: string; expiryMonth: number; expiryYear: number };
  billingAddress?: StoredPaymentMethod['billing_address'];
  tokens: StoredPaymentMethod['merchant_account_tokens'];
};

const bindingOf = (ctx: Pick<Context, 'tenant'>, requestId: string) =>
  [ctx.tenant.tenantId, 'payment_requests', requestId, 'content', 1] as const;

/** Binds the content to the request's id; the columns beside it change without sealing it again. */
export const sealRequest = (
  ctx: Pick<Context, 'tenant'>,
  requestId: string,
  content: RequestContent,
  dataKey: DataKey,
): Buffer => seal(JSON.stringify(content), dataKey, bindingOf(ctx, requestId));

/** Throws `SealBroken` when the row was changed or moved. */
export const openRequest = (
  ctx: Pick<Context, 'tenant'>,
  requestId: string,
  sealed: Buffer,
  dataKey: DataKey,
): RequestContent => JSON.parse(open(sealed, dataKey, bindingOf(ctx, requestId)).toString('utf8'));

/** The last day of the card's last month, YYYY-MM-DD, as a record keeps it. */
export const cardExpiryDate = ({ card }: RequestContent): string =>
  expiryDate({ month: card.expiryMonth, year: card.expiryYear });

/** The entered instrument as the component shows it. */
export const requestDetails = (content: RequestContent): PaymentInstrumentDetails =>
  cardDetails({ ...content.card, expires: cardExpiryDate(content) });
