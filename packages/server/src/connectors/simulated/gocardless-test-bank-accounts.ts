import type { PublishedBankAccounts } from './published-outcome.ts';

/**
 * Published at developer.gocardless.com (test bank details). GoCardless lets payments fail by the customer's name, not
 * by number, so none of these is declined.
 */
export const goCardlessTestBankAccounts: PublishedBankAccounts = {
  iban: [
    {
      meaning: 'Valid',
      outcome: 'approved',
      accounts: ['DE89370400440532013000', 'FR1420041010050500013M02606', 'GB60BARC20000055779911'],
    },
  ],
  'uk-account': [{ meaning: 'Valid', outcome: 'approved', accounts: ['200000 55779911'] }],
  'us-account': [{ meaning: 'Valid', outcome: 'approved', accounts: ['026073150 2715500356'] }],
};
