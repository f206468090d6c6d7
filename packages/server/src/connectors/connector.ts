import type { Secret } from '../crypto/secret.ts';

/** What a connector needs to know of the merchant account that it calls for. */
export type MerchantAccountRef = {
  tenantId: string;
  merchantAccountId: string;
  processorAccountId: string;
};

/** A card as the customer entered it, without its verification code, which `checkCard` alone gets. */
export type CardDetails = {
  number: Secret<string>;
  holder: string;
  /** 1 to 12. */
  expiryMonth: number;
  /** Four digits. */
  expiryYear: number;
};

/** Why an issuer said no. For the merchant: a browser learns only that it did. */
export type DeclineReason =
  | 'generic_decline'
  | 'insufficient_funds'
  | 'lost_card'
  | 'stolen_card'
  | 'expired_card'
  | 'incorrect_security_code'
  | 'processing_error'
  | 'authentication_failed';

export type CheckResult =
  | { outcome: 'approved' }
  | { outcome: 'declined'; reason: DeclineReason }
  | { outcome: 'challenged'; challengeReference: string; action: { type: 'CHALLENGE' | 'REDIRECT'; url: string } };

export type ChallengeResult =
  | { outcome: 'pending' }
  | { outcome: 'approved' }
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
  /** How a challenge that `checkCard` started has ended. */
  concludeChallenge(
    account: MerchantAccountRef,
    challengeReference: string,
    signal: AbortSignal,
  ): Promise<ChallengeResult>;
  /** Vaults the card at the gateway under a token of this merchant account. */
  tokenizeCard(account: MerchantAccountRef, card: CardDetails, signal: AbortSignal): Promise<Secret<string>>;
  /** Deletes a token at the gateway; one that is gone already is no error. */
  retireToken(account: MerchantAccountRef, token: Secret<string>, signal: AbortSignal): Promise<void>;
};

/** A gateway that could not be reached, was late, or failed: worth another try. */
export class ConnectorError extends Error {
  override readonly name = 'ConnectorError';
}
