import { type Static, Type } from 'typebox';
import { int64, oneOf, requestOf } from './schema.ts';

export const paymentChoices = [
  'CASH',
  'BANK_TRANSFER',
  'BACS',
  'SEPA',
  'CH_DD',
  'LSV',
  'CREDIT_CARD',
  'TWINT',
  'PAYPAL',
  'BANCONTACT',
  'IDEAL',
] as const;
export type PaymentChoice = (typeof paymentChoices)[number];

/** The choices that the gateway API takes today. */
export const servedPaymentChoices = ['CREDIT_CARD'] as const satisfies readonly PaymentChoice[];

export const paymentRequestStatuses = [
  'CREATED',
  'CHALLENGED',
  'AUTHENTICATED',
  'PREAUTHED',
  'CONSUMED',
  'DECLINED',
  'FAILED',
  'CANCELLED',
  'EXPIRED',
] as const;
export type PaymentRequestStatus = (typeof paymentRequestStatuses)[number];

export const sessionScopes = ['MEMBER_ACCOUNT', 'ECOM'] as const;
export type SessionScope = (typeof sessionScopes)[number];

export const UserSessionCreation = requestOf(
  Type.Object({
    amount: Type.Number({ minimum: 0, maximum: 999_999_999_999, description: 'Major units; 0 keeps it for later use' }),
    scope: oneOf(sessionScopes),
    referenceText: Type.String({ maxLength: 140, description: 'Text for the bank statement' }),
    customerId: Type.Optional(int64({ description: 'An existing customer (int64)' })),
    finionPayCustomerId: Type.Optional(Type.String({ format: 'uuid', description: 'A person who is no customer yet' })),
    permittedPaymentChoices: Type.Optional(Type.Array(oneOf(paymentChoices), { uniqueItems: true })),
    requireDirectDebitSignature: Type.Optional(Type.Boolean()),
    showExistingPaymentInstruments: Type.Optional(Type.Boolean({ default: true })),
  }),
);
export type UserSessionCreation = Static<typeof UserSessionCreation>;

export const UserSession = Type.Object({
  token: Type.String(),
  tokenValidUntil: Type.String({ format: 'date-time' }),
  finionPayCustomerId: Type.String({ format: 'uuid' }),
});
export type UserSession = Static<typeof UserSession>;

export const PaymentInstrumentReplacement = Type.Object(
  { paymentRequestToken: Type.String({ minLength: 1, maxLength: 500, description: 'From the component’s onSuccess' }) },
  { additionalProperties: false },
);

const MaskedCard = Type.Object({
  brand: Type.Optional(Type.String()),
  cardHolder: Type.String(),
  cardNumber: Type.String({ description: 'All but the last four digits masked' }),
  expiry: Type.Optional(Type.String({ description: 'MM/YYYY' })),
});
export const PaymentInstrumentDetails = Type.Object({ creditCard: Type.Optional(MaskedCard) });
export type PaymentInstrumentDetails = Static<typeof PaymentInstrumentDetails>;

/** What an account bills now. */
export const AccountPaymentInstrument = Type.Object({
  paymentChoice: Type.Optional(oneOf(paymentChoices)),
  storedPaymentMethodId: Type.Optional(Type.String()),
  sysVersion: Type.Optional(Type.Integer()),
  details: Type.Optional(PaymentInstrumentDetails),
});
export type AccountPaymentInstrument = Static<typeof AccountPaymentInstrument>;
