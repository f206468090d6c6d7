import type { BankAccountDetails } from '../connector.ts';
import { adyenTestBankAccounts } from './adyen-test-bank-accounts.ts';
import { braintreeTestBankAccounts } from './braintree-test-bank-accounts.ts';
import { goCardlessTestBankAccounts } from './gocardless-test-bank-accounts.ts';
import type { PublishedBankAccounts, PublishedOutcome } from './published-outcome.ts';
import { stripeTestBankAccounts } from './stripe-test-bank-accounts.ts';
import { swiftExampleIbans } from './swift-example-ibans.ts';
import { vocalinkTestAccounts } from './vocalink-test-accounts.ts';

/** Where publications disagree, the one that is named first decides. */
const publications = {
  Stripe: stripeTestBankAccounts,
  Braintree: braintreeTestBankAccounts,
  Adyen: adyenTestBankAccounts,
  GoCardless: goCardlessTestBankAccounts,
  Vocalink: vocalinkTestAccounts,
  'SWIFT IBAN registry': swiftExampleIbans,
} satisfies Record<string, PublishedBankAccounts>;

export type TestAccountPublisher = keyof typeof publications;
export type TestAccountKind = BankAccountDetails['kind'];

/** A published test bank account and what the check of it does. */
export type TestBankAccount = {
  kind: TestAccountKind;
  /** An IBAN in electronic form, or sort code or routing number, a space, account number. */
  account: string;
  /** Whose publication decides. */
  publisher: TestAccountPublisher;
  meaning: string;
  outcome: PublishedOutcome;
};

const kinds: readonly TestAccountKind[] = ['iban', 'uk-account', 'us-account'];

const accountsOf = (publisher: TestAccountPublisher, published: PublishedBankAccounts): TestBankAccount[] =>
  kinds.flatMap((kind) =>
    (published[kind] ?? []).flatMap(({ meaning, outcome, accounts }) =>
      accounts.map((account) => ({ kind, account, publisher, meaning, outcome })),
    ),
  );

/** Each publisher, the one that decides where they disagree before the others. */
export const testAccountPublishers = Object.keys(publications) as TestAccountPublisher[];

const byAccount = new Map<string, TestBankAccount>();
for (const publisher of testAccountPublishers) {
  for (const testAccount of accountsOf(publisher, publications[publisher])) {
    const { kind, account } = testAccount;
    if (!byAccount.has(`${kind} ${account}`)) byAccount.set(`${kind} ${account}`, testAccount);
  }
}

/** Every published test bank account once, those of Stripe first. */
export const testBankAccounts: readonly TestBankAccount[] = [...byAccount.values()];

const accountText = (bankAccount: BankAccountDetails): string => {
  switch (bankAccount.kind) {
    case 'iban':
      return bankAccount.iban.reveal();
    case 'uk-account':
      return `${bankAccount.sortCode} ${bankAccount.accountNumber.reveal()}`;
    case 'us-account':
      return `${bankAccount.routingNumber} ${bankAccount.accountNumber.reveal()}`;
  }
};

/** The test account that a bank account is (IBAN electronic, digits only), or `undefined` when nobody publishes it. */
export const findTestBankAccount = (bankAccount: BankAccountDetails): TestBankAccount | undefined =>
  byAccount.get(`${bankAccount.kind} ${accountText(bankAccount)}`);
