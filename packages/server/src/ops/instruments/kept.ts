import type { MandateScheme } from '@onfile/card/mandate';
import type { PaymentChoice } from '../../contract/payments.ts';

/** The choices that debit a bank account by a mandate that the customer gives to the tenant. */
export const directDebitChoices = ['SEPA', 'CH_DD', 'LSV', 'BACS', 'ACH'] as const satisfies readonly PaymentChoice[];
export type DirectDebitChoice = (typeof directDebitChoices)[number];

/** What is kept of a bank account beside its number, which is in the vault; shown numbers are masked. */
export type KeptBankAccount =
  | { choice: 'SEPA' | 'CH_DD' | 'LSV' | 'IDEAL'; maskedIban: string; bic?: string; issuer?: string }
  | { choice: 'BACS'; sortCode: string; email: string }
  | { choice: 'ACH'; routingNumber: string; accountType: 'checking' | 'savings' };

/** An agreement to debit the customer's account at a wallet; the payer's reference is in the vault. */
export type KeptWallet = { choice: 'PAYPAL' | 'TWINT' };

/** The customer's authority to debit their bank account, as it was given. */
export type Mandate = {
  reference: string;
  scheme: MandateScheme;
  creditorName: string;
  creditorIdentifier?: string;
  /** Version and language of the text that the customer agreed to. */
  textVersion: string;
  textLocale: string;
  /** A drawn one as a `data:` URL, or the name as typed. */
  signature?: string;
  /** ISO 8601. */
  signedAt: string;
};

/** What a record knows of its instrument beyond the fields of the contract. All of it goes when the number changes. */
export type KeptFacts = {
  /** The true network of a card, where the contract's enum has no name for it. */
  network?: string;
  bankAccount?: KeptBankAccount;
  wallet?: KeptWallet;
  mandate?: Mandate | undefined;
};

/** The facts alone, out of whatever holds them. */
export function keptFacts({ network, bankAccount, wallet, mandate }: KeptFacts): KeptFacts {
  return {
    ...(network === undefined ? {} : { network }),
    ...(bankAccount ? { bankAccount } : {}),
    ...(wallet ? { wallet } : {}),
    ...(mandate ? { mandate } : {}),
  };
}
