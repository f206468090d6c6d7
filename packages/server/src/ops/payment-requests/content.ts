import type { CardBrand } from '@onfile/card/brand';
import { expiryDate } from '@onfile/card/expiry';
import type { Context } from '../../context.ts';
import type { PaymentInstrumentDetails } from '../../contract/payments.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import { type DataKey, open, seal } from '../../crypto/envelope.ts';

/** What a payment request knows of the instrument: everything but the number, which is in the vault. */
export type RequestContent = {
  card: { brand: CardBrand | null; holder: string; lastFour: string; expiryMonth: number; expiryYear: number };
  billingAddress?: StoredPaymentMethod['billing_address'];
  tokens: StoredPaymentMethod['merchant_account_tokens'];
};

const bindingOf = (ctx: Pick<Context, 'tenant'>, requestId: string) =>
  [ctx.tenant.tenantId, 'payment_requests', requestId, 'content', 1] as const;

export const sealRequest = (
  ctx: Pick<Context, 'tenant'>,
  requestId: string,
  content: RequestContent,
  dataKey: DataKey,
): Buffer => seal(JSON.stringify(content), dataKey, bindingOf(ctx, requestId));

export const openRequest = (
  ctx: Pick<Context, 'tenant'>,
  requestId: string,
  sealed: Buffer,
  dataKey: DataKey,
): RequestContent => JSON.parse(open(sealed, dataKey, bindingOf(ctx, requestId)).toString('utf8'));

/** PCI DSS 4.0.1, 3.4.1: no more than the last four digits are shown. */
export const maskedNumber = (lastFour: string): string => `************${lastFour}`;

export const expiryText = (month: number, year: number): string => `${String(month).padStart(2, '0')}/${year}`;

export const cardExpiryDate = ({ card }: RequestContent): string =>
  expiryDate({ month: card.expiryMonth, year: card.expiryYear });

export const requestDetails = ({ card }: RequestContent): PaymentInstrumentDetails => ({
  creditCard: {
    ...(card.brand ? { brand: card.brand } : {}),
    cardHolder: card.holder,
    cardNumber: maskedNumber(card.lastFour),
    expiry: expiryText(card.expiryMonth, card.expiryYear),
  },
});
