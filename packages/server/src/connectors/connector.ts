import type { Secret } from '../crypto/secret.ts';
import { tracedCalls } from '../telemetry/traced-calls.ts';

/** What a connector needs to know of the merchant account that it calls for. */
export type MerchantAccountRef = {
  tenantId: string;
  merchantAccountId: string;
  processorAccountId: string;
};

/** A card as the customer entered it, without its verification code, which `checkCard` alone gets. */
export type CardDetails = {
  kind: 'card';
  number: Secret<string>;
  holder: string;
  /** 1 to 12. */
  expiryMonth: number;
  /** Four digits. */
  expiryYear: number;
};

/** A bank account by the number that its country debits it by, with the reference of the mandate to do so. */
export type BankAccountDetails = { holder: string; mandateReference: string } & (
  | { kind: 'iban'; iban: Secret<string>; bic?: string }
  | { kind: 'uk-account'; sortCode: string; accountNumber: Secret<string> }
  | { kind: 'us-account'; routingNumber: string; accountNumber: Secret<string>; accountType: 'checking' | 'savings' }
);

export type InstrumentDetails = CardDetails | BankAccountDetails;

/** The methods that the customer grants on a page of the gateway's or of another party. */
export type RedirectChoice = 'PAYPAL' | 'TWINT' | 'IDEAL' | 'BANCONTACT';

/** Why an issuer or a bank said no. For the merchant: a browser learns only that it did. */
export type DeclineReason =
  | 'generic_decline'
  | 'insufficient_funds'
  | 'lost_card'
  | 'stolen_card'
  | 'expired_card'
  | 'incorrect_security_code'
  | 'processing_error'
  | 'authentication_failed'
  | 'account_closed'
  | 'no_account'
  | 'debit_not_permitted';

/** A page on which the customer goes on; the reference asks for its end later. */
export type Challenged = {
  outcome: 'challenged';
  challengeReference: string;
  action: { type: 'CHALLENGE' | 'REDIRECT'; url: string };
};

export type CheckResult = { outcome: 'approved' } | { outcome: 'declined'; reason: DeclineReason } | Challenged;

/**
 * What the customer granted on the page that a redirect led to. `token` is the gateway's for the merchant account that
 * asked; a number that comes with it can be tokenised at the others, an agreement cannot.
 */
export type GrantedInstrument = { token: Secret<string> } & (
  | { choice: 'IDEAL'; holder: string; iban: Secret<string>; bic?: string }
  | {
      choice: 'BANCONTACT';
      holder: string;
      lastFour: string;
      expiryMonth: number;
      expiryYear: number;
      /** The same for the same card. */
      cardReference: string;
    }
  | {
      choice: 'PAYPAL' | 'TWINT';
      holder: string;
      /** The same for the same payer's account. */
      payerReference: string;
    }
);

export type ChallengeResult =
  | { outcome: 'pending' }
  | { outcome: 'approved' }
  | { outcome: 'granted'; instrument: GrantedInstrument }
  /** By the customer, on the page that they were sent to. */
  | { outcome: 'cancelled' }
  | { outcome: 'declined'; reason: DeclineReason };

/**
 * The adapter to one payment gateway. Every call honours `signal`; a gateway that fails or is late makes the promise
 * reject with `ConnectorError`. Its raw answer never leaves the adapter.
 */
export type Connector = {
  /** Zero-amount check of a card with its code, which the gateway may answer with a 3-D Secure challenge. */
  checkCard(
    account: MerchantAccountRef,
    card: CardDetails & { securityCode: Secret<string> },
    signal: AbortSignal,
  ): Promise<CheckResult>;
  /** Whether a bank account can be debited: WEB debits must validate it before their first use (Nacha). */
  checkBankAccount(
    account: MerchantAccountRef,
    bankAccount: BankAccountDetails,
    signal: AbortSignal,
  ): Promise<CheckResult>;
  /** Sends the customer to the page on which they grant the instrument, and from there on to `returnUrl`. */
  startRedirect(
    account: MerchantAccountRef,
    redirect: { choice: RedirectChoice; issuer?: string; returnUrl?: string },
    signal: AbortSignal,
  ): Promise<CheckResult>;
  /** How a challenge or redirect has ended, asked through the merchant account that it was started for. */
  concludeChallenge(
    account: MerchantAccountRef,
    challengeReference: string,
    signal: AbortSignal,
  ): Promise<ChallengeResult>;
  /** Vaults the instrument at the gateway under a token of this merchant account. */
  tokenize(account: MerchantAccountRef, instrument: InstrumentDetails, signal: AbortSignal): Promise<Secret<string>>;
  /** Deletes a token at the gateway; one that is gone already is no error. */
  retireToken(account: MerchantAccountRef, token: Secret<string>, signal: AbortSignal): Promise<void>;
};

/** The connector with its calls in traces; `gateway` is its name there. */
export const tracedConnector = (connector: Connector, gateway: string): Connector =>
  tracedCalls(
    connector,
    ['checkCard', 'checkBankAccount', 'startRedirect', 'concludeChallenge', 'tokenize', 'retireToken'],
    { 'peer.service': 'connector', 'onfile.gateway': gateway },
  );

/** A gateway that could not be reached, was late, or failed: worth another try. */
export class ConnectorError extends Error {
  override readonly name = 'ConnectorError';
}
