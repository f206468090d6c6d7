/** What the page may set of the form's looks. Each value is checked; one that cannot be used is left out and reported. */
export type Styling = {
  primaryColor?: string;
  secondaryColor?: string;
  textColorMain?: string;
  textColorSecondary?: string;
  borderColor?: string;
  /** One to four lengths. */
  borderRadius?: string;
  boxShadow?: string;
  backgroundColor?: string;
  fieldBackgroundColor?: string;
  buttonTextColor?: string;
  errorColor?: string;
  focusColor?: string;
  borderWidth?: string;
  /** Fonts of the customer's own machine. */
  fontFamily?: string;
  fontSize?: string;
  spacing?: string;
  /** The page's own scheme when left out. */
  colorScheme?: 'light' | 'dark' | 'auto';
};

/** What the shop knows of its customer, to fill in the form with. */
export type CustomerData = {
  name?: string;
  email?: string;
  address?: { line1?: string; line2?: string; city?: string; postalCode?: string; state?: string; country?: string };
};

export type PaymentState = { isProcessing: boolean; canSubmit: boolean };

/** `code` is stable, `message` is for people; after a fatal one the instance is of no more use. */
export type PaymentError = { code: string; message: string; fatal: boolean };

type BankDebit = {
  bankAccountDetails: { accountHolder: string; iban: string; bankName?: string; bic?: string; signature?: string };
};

/** One keyed object; numbers are masked. */
export type PaymentInstrumentDetails = {
  creditCard?: { brand?: string; cardHolder: string; cardNumber: string; expiry?: string; issuerCountry?: string };
  sepa?: BankDebit;
  chDD?: BankDebit;
  lsvDD?: BankDebit;
  bacs?: object;
  ach?: object;
  ideal?: object;
  banContactCard?: object;
  paypal?: object;
  twint?: object;
  cash?: object;
  bankTransfer?: object;
};

export type PaymentSuccess = {
  paymentRequestToken: string;
  paymentInstrumentDetails?: PaymentInstrumentDetails;
  paymentInstrumentToken?: string;
};

type Options = {
  userSessionToken: string;
  environment: 'test' | 'sandbox' | 'live';
  /** ISO 3166-1 alpha-2. */
  countryCode: string;
  /** BCP 47, such as `de-CH`. */
  locale: string;
  styling?: Styling | undefined;
  /** Texts that replace the component's own, by key; shown as text, never as markup. */
  i18n?: Readonly<Record<string, string>> | undefined;
  /** Shows keys instead of texts. */
  devMode?: boolean | undefined;
  hidePaymentButton?: boolean | undefined;
  customerData?: CustomerData | undefined;
  /** Where redirect methods come back to; the page itself when left out. */
  returnUrl?: string | undefined;
};

export type WidgetConfig = Options & {
  /** An element, or the id of one. */
  container: string | HTMLElement;
  onSuccess?: (
    paymentRequestToken: string,
    paymentInstrumentDetails?: PaymentInstrumentDetails,
    paymentInstrumentToken?: string,
  ) => void;
  onPaymentStateChange?: (state: PaymentState) => void;
  onError?: (error: PaymentError) => void;
  onReady?: () => void;
};

/** One payment form on the page. */
export type PaymentWidgetInstance = {
  /** Takes the form off the page; what was entered is forgotten, and no callback is called any more. */
  destroy(): void;
  /** Resolves when the instrument was taken, a bank's page included; rejects when it was not, or has to be corrected. */
  submitPayment(): Promise<void>;
  getPaymentState(): PaymentState;
  updateCustomerData(customerData: CustomerData): void;
};

export type PaymentWidget = {
  /** Puts a payment form into the container. Throws when the configuration cannot be used. */
  init: (config: WidgetConfig) => PaymentWidgetInstance;
};

/** What `widget.mjs` exports; `widget.js` sets `window.paymentWidget` alone. */
export declare const paymentWidget: PaymentWidget;

type PaymentElementEvents = {
  ready: CustomEvent<null>;
  statechange: CustomEvent<PaymentState>;
  success: CustomEvent<PaymentSuccess>;
  error: CustomEvent<PaymentError>;
};

/** `<onfile-payment>`: every option as a property, texts and flags as attributes too (`user-session-token`). */
export interface PaymentElement extends HTMLElement, Partial<Options> {
  submitPayment(): Promise<void>;
  getPaymentState(): PaymentState;
  updateCustomerData(customerData: CustomerData): void;
  addEventListener<Name extends keyof PaymentElementEvents>(
    type: Name,
    listener: (event: PaymentElementEvents[Name]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

declare global {
  interface Window {
    paymentWidget: PaymentWidget;
  }
  interface HTMLElementTagNameMap {
    'onfile-payment': PaymentElement;
  }
}
