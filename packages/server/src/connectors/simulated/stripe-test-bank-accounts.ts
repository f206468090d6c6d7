import type { PublishedBankAccounts } from './published-outcome.ts';
import { stripeTestIbans } from './stripe-test-ibans.ts';

/**
 * Published at docs.stripe.com (Bacs Direct Debit, ACH Direct Debit). A limit that an amount exceeds passes the check.
 * Stripe's other accounts at 10-88-00 fail Vocalink's modulus check, so that no gateway is ever asked about them.
 */
export const stripeTestBankAccounts: PublishedBankAccounts = {
  iban: stripeTestIbans,
  'uk-account': [
    { meaning: 'Debit not authorised', outcome: 'debit_not_permitted', accounts: ['108800 33333335'] },
    { meaning: 'Insufficient funds', outcome: 'insufficient_funds', accounts: ['108800 22222227'] },
  ],
  'us-account': [
    { meaning: 'Payment succeeds', outcome: 'approved', accounts: ['110000000 000123456789'] },
    { meaning: 'Account closed', outcome: 'account_closed', accounts: ['110000000 000111111113'] },
    { meaning: 'No account', outcome: 'no_account', accounts: ['110000000 000111111116'] },
    { meaning: 'Insufficient funds', outcome: 'insufficient_funds', accounts: ['110000000 000222222227'] },
    { meaning: 'Debit not authorised', outcome: 'debit_not_permitted', accounts: ['110000000 000333333335'] },
    { meaning: 'Wrong currency', outcome: 'processing_error', accounts: ['110000000 000444444440'] },
    { meaning: 'Test deposits cannot be sent', outcome: 'generic_decline', accounts: ['110000000 000666666661'] },
    { meaning: 'Disputed after a payment', outcome: 'approved', accounts: ['110000000 000555555559'] },
    {
      meaning: 'Payment exceeds the account’s weekly amount',
      outcome: 'approved',
      accounts: ['110000000 000777777771'],
    },
    { meaning: 'Payment stays under way', outcome: 'approved', accounts: ['110000000 000000000009'] },
  ],
};
