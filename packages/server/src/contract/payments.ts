import { mandateSchemes } from '@onfile/card/mandate';
import { type Static, Type } from 'typebox';
import { int64, oneOf, requestOf } from './schema.ts';
import { validity } from './validity.ts';

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
  'ACH',
] as const;
export type PaymentChoice = (typeof paymentChoices)[number];

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

export const bankAccountTypes = ['checking', 'savings'] as const;

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

const maskedNumber = { description: 'All but the last four digits masked' };
const MaskedCard = Type.Object({
  brand: Type.Optional(Type.String()),
  cardHolder: Type.String(),
  cardNumber: Type.String(maskedNumber),
  expiry: Type.Optional(Type.String({ description: 'MM/YYYY' })),
});
const MaskedIban = Type.Object({
  bankAccountDetails: Type.Object({
    accountHolder: Type.String(),
    iban: Type.String({ description: 'Country, check digits and the last four characters; the rest masked' }),
    bic: Type.Optional(Type.String()),
  }),
});

/** One keyed object: what the component's `onSuccess` is given of an instrument, masked. */
export const PaymentInstrumentDetails = Type.Object({
  creditCard: Type.Optional(MaskedCard),
  sepa: Type.Optional(MaskedIban),
  chDD: Type.Optional(MaskedIban),
  lsvDD: Type.Optional(MaskedIban),
  bacs: Type.Optional(
    Type.Object({
      accountHolder: Type.String(),
      bankAccountNumber: Type.String(maskedNumber),
      bankLocationId: Type.Optional(Type.String({ description: 'The sort code' })),
      mandateId: Type.Optional(Type.String()),
      shopperEmail: Type.Optional(Type.String()),
    }),
  ),
  ach: Type.Optional(
    Type.Object({
      accountHolder: Type.String(),
      accountNumber: Type.String(maskedNumber),
      routingNumber: Type.Optional(Type.String()),
      accountType: Type.Optional(oneOf(bankAccountTypes)),
    }),
  ),
  ideal: Type.Optional(Type.Object({ issuer: Type.Optional(Type.String()) })),
  banContactCard: Type.Optional(MaskedCard),
  paypal: Type.Optional(Type.Object({})),
  twint: Type.Optional(Type.Object({})),
  cash: Type.Optional(Type.Object({})),
  bankTransfer: Type.Optional(Type.Object({})),
});
export type PaymentInstrumentDetails = Static<typeof PaymentInstrumentDetails>;

/** A customer's authority to debit their bank account, without the signature itself. */
export const MandateSummary = Type.Object({
  reference: Type.String({ description: 'Unique in the tenant' }),
  scheme: oneOf(mandateSchemes),
  creditorIdentifier: Type.Optional(Type.String()),
  textVersion: Type.String({ description: 'Of the text that the customer agreed to' }),
  signed: Type.Boolean({ description: 'Whether a signature is kept with it; else it was accepted by a checkbox' }),
  signedAt: Type.String({ format: 'date-time' }),
  lapsesOn: Type.Optional(Type.String({ format: 'date', description: 'If nothing is collected by it before' })),
});
export type MandateSummary = Static<typeof MandateSummary>;

export const instrumentMatches = ['NEW_METHOD', 'CHANGED_DETAILS', 'SAME_METHOD'] as const;

/** What an account bills now. */
export const AccountPaymentInstrument = Type.Object({
  paymentChoice: Type.Optional(oneOf(paymentChoices)),
  storedPaymentMethodId: Type.Optional(Type.String()),
  sysVersion: Type.Optional(Type.Integer()),
  accountVersion: Type.Integer({ description: 'Counts how often another choice or record was made the instrument' }),
  details: Type.Optional(PaymentInstrumentDetails),
  validity: Type.Optional(validity),
  mandate: Type.Optional(MandateSummary),
  match: Type.Optional(
    oneOf(instrumentMatches, {
      description:
        'Of a replacement: whether this customer had the number on file already, and if so whether anything else ' +
        'about it is new',
    }),
  ),
});
export type AccountPaymentInstrument = Static<typeof AccountPaymentInstrument>;
