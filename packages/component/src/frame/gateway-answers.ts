/** What the frame reads of the gateway API's answers (DESIGN.md, Gateway API); anything else in them is passed over. */
export type PaymentChoice =
  | 'CASH'
  | 'BANK_TRANSFER'
  | 'BACS'
  | 'SEPA'
  | 'CH_DD'
  | 'LSV'
  | 'CREDIT_CARD'
  | 'TWINT'
  | 'PAYPAL'
  | 'BANCONTACT'
  | 'IDEAL'
  | 'ACH';

export type PaymentStatus =
  | 'CREATED'
  | 'CHALLENGED'
  | 'AUTHENTICATED'
  | 'PREAUTHED'
  | 'CONSUMED'
  | 'DECLINED'
  | 'FAILED'
  | 'CANCELLED'
  | 'EXPIRED';

type ShownCard = { brand?: string; cardHolder: string; cardNumber: string; expiry?: string };
type ShownIban = { bankAccountDetails: { accountHolder: string; iban: string } };

/** One keyed object: an instrument as people may see it, its number masked. */
export type InstrumentDetails = {
  creditCard?: ShownCard;
  banContactCard?: ShownCard;
  sepa?: ShownIban;
  chDD?: ShownIban;
  lsvDD?: ShownIban;
  bacs?: { accountHolder: string; bankAccountNumber: string };
  ach?: { accountHolder: string; accountNumber: string };
};

export type SavedInstrument = {
  paymentInstrumentToken: string;
  paymentChoice: PaymentChoice;
  details: InstrumentDetails;
};

/** What the customer agrees to, in the language that was asked for. */
export type Mandate = { paymentChoice: PaymentChoice; text: string };

export type Session = {
  amount: number;
  currency: string;
  activePaymentRequest?: { token: string; status: PaymentStatus };
  permittedPaymentChoices: PaymentChoice[];
  existingPaymentInstruments: SavedInstrument[];
  requireDirectDebitSignature: boolean;
  mandates?: Mandate[];
  /** ISO 8601. */
  tokenValidUntil: string;
};

/** Where the customer goes on: a page to show in the frame, or one to leave the shop for. */
export type PaymentAction = { type: 'CHALLENGE' | 'REDIRECT'; url: string };

export type PaymentState = {
  status: PaymentStatus;
  action?: PaymentAction;
  paymentInstrumentDetails?: InstrumentDetails;
};

export type BillingAddress = {
  line1?: string;
  line2?: string;
  city?: string;
  postalCode?: string;
  state?: string;
  country?: string;
};

export type CardEntry = {
  cardNumber: string;
  cardHolder: string;
  expiryMonth: number;
  expiryYear: number;
  securityCode: string;
};

export type IbanEntry = { accountHolder: string; iban: string; mandateAccepted: boolean; signature?: string };

export type BacsEntry = {
  accountHolder: string;
  sortCode: string;
  accountNumber: string;
  email: string;
  mandateAccepted: boolean;
};

export type AchEntry = {
  accountHolder: string;
  routingNumber: string;
  accountNumber: string;
  accountType: 'checking' | 'savings';
  mandateAccepted: boolean;
};

type Nothing = Record<string, never>;

/** An instrument as entered, in the object of its payment method, or the token of one on file. */
export type Instrument =
  | { paymentMethod: PaymentChoice; paymentInstrumentToken: string }
  | { paymentMethod: 'CREDIT_CARD'; creditCard: CardEntry }
  | { paymentMethod: 'SEPA'; sepa: IbanEntry }
  | { paymentMethod: 'CH_DD'; chDD: IbanEntry }
  | { paymentMethod: 'LSV'; lsvDD: IbanEntry }
  | { paymentMethod: 'BACS'; bacs: BacsEntry }
  | { paymentMethod: 'ACH'; ach: AchEntry }
  | { paymentMethod: 'IDEAL'; ideal: Nothing }
  | { paymentMethod: 'BANCONTACT'; banContactCard: Nothing }
  | { paymentMethod: 'PAYPAL'; paypal: Nothing }
  | { paymentMethod: 'TWINT'; twint: Nothing }
  | { paymentMethod: 'CASH'; cash: Nothing }
  | { paymentMethod: 'BANK_TRANSFER'; bankTransfer: Nothing };

export type Submission = Instrument & { billingAddress?: BillingAddress; returnUrl?: string };
