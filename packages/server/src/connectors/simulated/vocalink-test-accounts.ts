import type { PublishedBankAccounts } from './published-outcome.ts';

/**
 * The test cases of Vocalink's "Validating account numbers" that are valid: accounts of every kind of modulus check and
 * exception. The others are refused before a gateway is asked.
 */
export const vocalinkTestAccounts: PublishedBankAccounts = {
  'uk-account': [
    {
      meaning: 'Valid',
      outcome: 'approved',
      accounts: [
        '070116 34012583',
        '074456 11104102',
        '074456 12345112',
        '086090 06774744',
        '089999 66374958',
        '107999 88837491',
        '118765 64371389',
        '134020 63849203',
        '180002 00000190',
        '180002 98093517',
        '200915 41011166',
        '202959 63748472',
        '309070 02355688',
        '309070 12345668',
        '309070 12345677',
        '309070 99345694',
        '772798 99345694',
        '820000 73688637',
        '827101 28748352',
        '827999 73988638',
        '871427 09123496',
        '871427 46238510',
        '871427 99123496',
        '872427 46238510',
        '938063 55065200',
        '938600 42368003',
        '938611 07806039',
      ],
    },
  ],
};
