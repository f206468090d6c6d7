import { type Static, Type } from 'typebox';
import { PaymentInstrumentDetails, paymentChoices, paymentRequestStatuses, sessionScopes } from './payments.ts';
import { filled, oneOf, requestOf } from './schema.ts';

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
      details: PaymentInstrumentDetails,
    }),
  ),
  requireDirectDebitSignature: Type.Boolean(),
  tokenValidUntil: Type.String({ format: 'date-time' }),
});
export type GatewaySession = Static<typeof GatewaySession>;

export const PaymentRequestCreated = Type.Object({ token: Type.String(), status: oneOf(paymentRequestStatuses) });
export type PaymentRequestCreated = Static<typeof PaymentRequestCreated>;

/** A POST without content also takes `{}`. */
export const NoContent = requestOf(Type.Object({}));

export const CardEntry = Type.Object({
  cardNumber: Type.String({ minLength: 8, maxLength: 40 }),
  cardHolder: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' }),
  expiryMonth: Type.Integer({ minimum: 1, maximum: 12 }),
  expiryYear: Type.Integer({ minimum: 1000, maximum: 2099, description: 'Four digits' }),
  securityCode: Type.String({ pattern: '^\\d{3,4}$' }),
});
export type CardEntry = Static<typeof CardEntry>;

const BillingAddress = Type.Object({
  line1: Type.Optional(filled(300)),
  line2: Type.Optional(filled(300)),
  city: Type.Optional(filled(200)),
  postalCode: Type.Optional(filled(32)),
  state: Type.Optional(filled(100)),
  country: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 alpha-2' })),
});

/** An instrument as the customer entered it, or the token of one that is on file. */
export const PaymentSubmission = requestOf(
  Type.Object({
    paymentMethod: oneOf(paymentChoices),
    creditCard: Type.Optional(CardEntry),
    paymentInstrumentToken: Type.Optional(filled(200)),
    billingAddress: Type.Optional(BillingAddress),
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
