import type { PublishedBankAccounts } from './published-outcome.ts';

/**
 * Published at docs.adyen.com and in the sample data of Adyen's libraries. Adyen declines by amount and holder's name,
 * not by number, so none of these is declined.
 */
export const adyenTestBankAccounts: PublishedBankAccounts = {
  iban: [
    {
      meaning: 'Account at a test bank',
      outcome: 'approved',
      accounts: [
        'AT151234512345678901',
        'CH4912345123456789012',
        'DE87123456781234567890',
        'DE92123456789876543210',
        'DE14123456780023456789',
        'DE36444488881234567890',
        'DE41444488889876543210',
        'DE60444488880023456789',
        'DE89888888881234567890',
        'DE94888888889876543210',
        'DE16888888880023456789',
        'DK8612341234567890',
        'ES9121000418450200051332',
        'FR1420041010050500013M02606',
        'GB85TEST12345612345678',
        'IT60X0542811101000000123456',
        'NL13TEST0123456789',
        'NL36TEST0236169114',
        'NL26TEST0336169116',
        'NL16TEST0436169118',
        'NL81TEST0536169128',
        'NL27TEST0636169146',
        'NL39TEST0736169237',
        'NL82TEST0836169255',
        'NL72TEST0936169257',
        'NL46TEST0136169112',
        'NL70TEST0736160337',
        'NL18TEST0736162437',
        'NL92TEST0736163433',
        'NO6012341234561',
        'PL20123123411234567890123456',
        'SE9412312345678901234561',
      ],
    },
  ],
  'uk-account': [{ meaning: 'Valid', outcome: 'approved', accounts: ['560036 40308669'] }],
  'us-account': [{ meaning: 'Valid', outcome: 'approved', accounts: ['011000138 123456789'] }],
};
