import type { PublishedBankAccounts } from './published-outcome.ts';

/**
 * Published at developer.paypal.com/braintree/docs (ACH, testing): the numbers of its network check, at the routing
 * number that it names. The number that depends on the account's type is not here.
 */
export const braintreeTestBankAccounts: PublishedBankAccounts = {
  'us-account': [
    { meaning: 'Verified', outcome: 'approved', accounts: ['011000015 1000000000'] },
    { meaning: 'Verified with a risk', outcome: 'approved', accounts: ['011000015 1000000001'] },
    { meaning: 'Network not available', outcome: 'processing_error', accounts: ['011000015 1000000002'] },
    { meaning: 'Verification declined', outcome: 'generic_decline', accounts: ['011000015 1000000004'] },
    { meaning: 'Routing number invalid', outcome: 'no_account', accounts: ['011000015 1000000005'] },
    {
      meaning: 'Nothing known of the account',
      outcome: 'generic_decline',
      accounts: ['011000015 1000000006', '011000015 1000000007'],
    },
    { meaning: 'Account number invalid', outcome: 'no_account', accounts: ['011000015 1000000008'] },
  ],
};
