import type { CardBrand } from '@onfile/card/brand';
import { expiryDate } from '@onfile/card/expiry';
import type { RedirectChoice } from '../../connectors/connector.ts';
import type { Context } from '../../context.ts';
import type { PaymentInstrumentDetails } from '../../contract/payments.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import { type DataKey, open, seal, sealedUnder } from '../../crypto/envelope.ts';
import { customerDataKey } from '../customer-data-key.ts';
import { instrumentDetails } from '../instruments/details.ts';
import type { KeptBankAccount, KeptWallet, Mandate } from '../instruments/kept.ts';
import type { Tokenized } from '../instruments/tokenize.ts';

export type EnteredCard = {
  brand: CardBrand | 'bancontact' | null;
  holder: string;
  lastFour: string;
  expiryMonth: number;
  expiryYear: number;
};

/** What was entered or granted, without the number, which is in the vault; a redirect is what will be granted. */
export type EnteredInstrument =
  | { card: EnteredCard }
  | { bankAccount: KeptBankAccount; holder: string; lastFour: string; mandate: Mandate }
  | { wallet: KeptWallet; holder: string }
  | { redirect: { choice: RedirectChoice; issuer?: string } }
  | { offline: 'CASH' | 'BANK_TRANSFER' };

/** What a payment request knows of its instrument. */
export type RequestContent = EnteredInstrument & {
  billingAddress?: StoredPaymentMethod['billing_address'];
} & Partial<Tokenized>;

/** Binds what was entered to its request. */
export const requestBinding = (ctx: Pick<Context, 'tenant'>, requestId: string) =>
  [ctx.tenant.tenantId, 'payment_requests', requestId, 'content', 1] as const;

/** Binds the content to the request's id; the columns beside it change without sealing it again. */
export const sealRequest = (
  ctx: Pick<Context, 'tenant'>,
  requestId: string,
  content: RequestContent,
  dataKey: DataKey,
): Buffer => seal(JSON.stringify(content), dataKey, requestBinding(ctx, requestId));

/** Throws `SealBroken` when the row was changed or moved. */
export const openRequest = (
  ctx: Pick<Context, 'tenant'>,
  requestId: string,
  sealed: Buffer,
  dataKey: DataKey,
): RequestContent => JSON.parse(open(sealed, dataKey, requestBinding(ctx, requestId)).toString('utf8'));

/** The same with the key that the content names: since a rotation it need not be the session's. */
export const readRequestContent = async (
  ctx: Pick<Context, 'tenant' | 'keys' | 'db'>,
  requestId: string,
  sealed: Buffer,
): Promise<RequestContent> => openRequest(ctx, requestId, sealed, await customerDataKey(ctx, sealedUnder(sealed)));

/** The last day of the card's last month, YYYY-MM-DD, as a record keeps it. */
export const cardExpiryDate = (card: EnteredCard): string =>
  expiryDate({ month: card.expiryMonth, year: card.expiryYear });

/** The entered instrument as the component shows it; nothing while it is still to be granted. */
export function requestDetails(content: RequestContent): PaymentInstrumentDetails | undefined {
  if ('card' in content) {
    const { brand, holder, lastFour } = content.card;
    const choice = brand === 'bancontact' ? 'BANCONTACT' : 'CREDIT_CARD';
    return instrumentDetails({ choice, brand, holder, lastFour, expires: cardExpiryDate(content.card), facts: {} });
  }
  if ('bankAccount' in content) {
    const { bankAccount, mandate, holder, lastFour } = content;
    return instrumentDetails({ choice: bankAccount.choice, holder, lastFour, facts: { bankAccount, mandate } });
  }
  if ('wallet' in content) {
    const { wallet, holder } = content;
    return instrumentDetails({ choice: wallet.choice, holder, lastFour: walletLastFour, facts: { wallet } });
  }
  if ('offline' in content) {
    return instrumentDetails({ choice: content.offline, holder: '', lastFour: '', facts: {} });
  }
  return undefined;
}

/** What stands for the last four digits of an agreement, which has none (DESIGN.md, Gateway API). */
export const walletLastFour = '0000';
