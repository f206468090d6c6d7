import { isSepaCountry } from '@onfile/card/sepa-countries';
import { type PaymentChoice, paymentChoices, type SessionScope } from '../../contract/payments.ts';
import { directDebitChoices } from '../instruments/kept.ts';

type Place = { country: string; currency: string };

// ISO 3166-1 codes of their own, but IBANs of France or Finland (European Payments Council, EPC409-09).
const sepaTerritories = ['AX', 'BL', 'GF', 'GP', 'MF', 'MQ', 'PM', 'RE', 'YT'];
const sterlingCountries = ['GB', 'GG', 'IM', 'JE'];
const swissCountries = ['CH', 'LI'];

/** Where a choice is usual. */
const isUsual: Readonly<Record<PaymentChoice, (place: Place) => boolean>> = {
  CASH: () => false,
  BANK_TRANSFER: () => false,
  BACS: ({ country, currency }) => sterlingCountries.includes(country) && currency === 'GBP',
  SEPA: ({ country, currency }) => (isSepaCountry(country) || sepaTerritories.includes(country)) && currency === 'EUR',
  CH_DD: ({ country, currency }) => swissCountries.includes(country) && currency === 'CHF',
  LSV: ({ country, currency }) => swissCountries.includes(country) && ['CHF', 'EUR'].includes(currency),
  CREDIT_CARD: () => true,
  TWINT: ({ country, currency }) => swissCountries.includes(country) && currency === 'CHF',
  PAYPAL: () => true,
  BANCONTACT: ({ country, currency }) => country === 'BE' && currency === 'EUR',
  IDEAL: ({ country, currency }) => country === 'NL' && currency === 'EUR',
  ACH: ({ country, currency }) => country === 'US' && currency === 'USD',
};

/**
 * The choices that a scope offers in a country (ISO 3166-1) and currency (ISO 4217) when the tenant has named none, in
 * the order of the contract. A scheme is offered where it runs and in the currency that it clears: Bacs in sterling,
 * SEPA in euro, CH-DD and TWINT in Swiss francs, LSV+ in both of these, ACH in US dollars. A purchase offers no direct
 * debit, which can be taken back for weeks after the goods have left. Cash and bank transfer collect nothing by
 * themselves, so that a tenant has to ask for them.
 */
export function defaultChoices(scope: SessionScope, place: Place): PaymentChoice[] {
  const left: readonly PaymentChoice[] = scope === 'ECOM' ? directDebitChoices : [];
  return paymentChoices.filter((choice) => isUsual[choice](place) && !left.includes(choice));
}
