import type { PaymentChoice } from '../../contract/payments.ts';
import type { DirectDebitChoice, KeptFacts } from './kept.ts';

/** How bank accounts are debited in a country (ISO 3166-1 alpha-2) where nothing else is said. */
export function directDebitOf(country: string): DirectDebitChoice {
  switch (country) {
    case 'US':
      return 'ACH';
    case 'GB':
    case 'GG':
    case 'IM':
    case 'JE':
      return 'BACS';
    case 'CH':
      return 'CH_DD';
    case 'LI':
      return 'LSV';
    default:
      return 'SEPA';
  }
}

/**
 * The payment choice that an instrument is. One that came by the Records API says only that it is a bank account; it
 * counts as what is usual in the tenant's country.
 */
export function choiceOf(type: string, facts: KeptFacts, country: string): PaymentChoice {
  if (type === 'credit card') return facts.network === 'bancontact' ? 'BANCONTACT' : 'CREDIT_CARD';
  return facts.bankAccount?.choice ?? facts.wallet?.choice ?? directDebitOf(country);
}
