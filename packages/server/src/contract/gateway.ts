import { mandateSchemes } from '@onfile/card/mandate';
import { type Static, Type } from 'typebox';
import {
  bankAccountTypes,
  PaymentInstrumentDetails,
  paymentChoices,
  paymentRequestStatuses,
  sessionScopes,
} from './payments.ts';
import { filled, oneOf, requestOf, text } from './schema.ts';
import { validity } from './validity.ts';

/** What the component learns of its session. */
export const GatewaySession = Type.Object({
  scope: oneOf(sessionScopes),
  amount: Type.Number(),
  currency: Type.String(),
  countryCode: Type.String(),
  locale: Type.String(),
  activePaymentRequest: Type.Optional(
    Type.Object({ token: Type.String(), status: oneOf(paymentRequestStatuses) }, { description: 'Not ended yet' }),
  ),
  permittedPaymentChoices: Type.Array(oneOf(paymentChoices)),
  existingPaymentInstruments: Type.Array(
    Type.Object({
      paymentInstrumentToken: Type.String(),
      paymentChoice: oneOf(paymentChoices),
      validity,
      details: PaymentInstrumentDetails,
    }),
  ),
  requireDirectDebitSignature: Type.Boolean(),
  mandates: Type.Array(
    Type.Object({
      paymentChoice: oneOf(paymentChoices),
      scheme: oneOf(mandateSchemes),
      textVersion: Type.String(),
      text: Type.String({ description: 'What the customer agrees to, in the caller’s language' }),
    }),
    { description: 'One for each permitted choice that debits a bank account' },
  ),
  tokenValidUntil: Type.String({ format: 'date-time' }),
});
export type GatewaySession = Static<typeof GatewaySession>;

export const PaymentRequestCreated = Type.Object({ token: Type.String(), status: oneOf(paymentRequestStatuses) });
export type PaymentRequestCreated = Static<typeof PaymentRequestCreated>;

/** A POST without content also takes `{}`. */
export const NoContent = requestOf(Type.Object({}));

const holder = filled(200, { pattern: '\\S' });

export const CardEntry = Type.Object({
  cardNumber: Type.String({ minLength: 8, maxLength: 40 }),
  cardHolder: holder,
  expiryMonth: Type.Integer({ minimum: 1, maximum: 12 }),
  expiryYear: Type.Integer({ minimum: 1000, maximum: 2099, description: 'Four digits' }),
  securityCode: Type.String({ pattern: '^\\d{3,4}$' }),
});
export type CardEntry = Static<typeof CardEntry>;

const mandateAccepted = Type.Boolean({ description: 'Whether the customer agreed to the mandate’s text' });

export const IbanEntry = Type.Object({
  accountHolder: holder,
  iban: filled(60),
  bic: Type.Optional(filled(20)),
  mandateAccepted,
  signature: Type.Optional(
    filled(90_000, { description: 'A drawn one as `data:image/png;base64,…`, or the name as typed' }),
  ),
});
export type IbanEntry = Static<typeof IbanEntry>;

export const BacsEntry = Type.Object({
  accountHolder: holder,
  sortCode: filled(20),
  accountNumber: filled(30),
  email: text(320, { pattern: '^[^\\s@]+@[^\\s@]+$' }),
  mandateAccepted,
});
export type BacsEntry = Static<typeof BacsEntry>;

export const AchEntry = Type.Object({
  accountHolder: holder,
  routingNumber: filled(30),
  accountNumber: filled(40),
  accountType: oneOf(bankAccountTypes),
  mandateAccepted,
});
export type AchEntry = Static<typeof AchEntry>;

const Nothing = Type.Object({});

const BillingAddress = Type.Object({
  line1: Type.Optional(filled(300)),
  line2: Type.Optional(filled(300)),
  city: Type.Optional(filled(200)),
  postalCode: Type.Optional(filled(32)),
  state: Type.Optional(filled(100)),
  country: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 alpha-2' })),
});

/** An instrument as the customer entered it, in the object of its payment method, or the token of one on file. */
export const PaymentSubmission = requestOf(
  Type.Object({
    paymentMethod: oneOf(paymentChoices),
    creditCard: Type.Optional(CardEntry),
    sepa: Type.Optional(IbanEntry),
    chDD: Type.Optional(IbanEntry),
    lsvDD: Type.Optional(IbanEntry),
    bacs: Type.Optional(BacsEntry),
    ach: Type.Optional(AchEntry),
    ideal: Type.Optional(
      Type.Object({ issuer: Type.Optional(filled(100, { description: 'The bank, where the shop asked for it' })) }),
    ),
    banContactCard: Type.Optional(Nothing),
    paypal: Type.Optional(Nothing),
    twint: Type.Optional(Nothing),
    cash: Type.Optional(Nothing),
    bankTransfer: Type.Optional(Nothing),
    paymentInstrumentToken: Type.Optional(filled(200)),
    billingAddress: Type.Optional(BillingAddress),
    returnUrl: Type.Optional(
      filled(2000, { description: 'Where a redirect ends: a page of one of the tenant’s allowed origins' }),
    ),
  }),
);
export type PaymentSubmission = Static<typeof PaymentSubmission>;

export const PaymentState = Type.Object({
  status: oneOf(paymentRequestStatuses),
  action: Type.Optional(Type.Object({ type: oneOf(['CHALLENGE', 'REDIRECT']), url: Type.String() })),
  reason: Type.Optional(oneOf(['declined', 'failed'], { description: 'Generic: an issuer’s reasons are not told' })),
  paymentInstrumentDetails: Type.Optional(PaymentInstrumentDetails),
});
export type PaymentState = Static<typeof PaymentState>;
