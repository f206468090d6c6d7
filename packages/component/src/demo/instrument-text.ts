import { brandName } from '../frame/fields/brand-name.ts';
import { methods } from './choices.ts';
import type { BilledInstrument } from './shop-backend.ts';

const methodNames: Readonly<Record<string, string>> = methods;

/** An instrument in words: `Visa ending in 4242, valid through 12/2034`. Null when nothing is billed yet. */
export function instrumentText({ paymentChoice, details }: BilledInstrument): string | null {
  if (paymentChoice === undefined) return null;
  const method = methodNames[paymentChoice] ?? paymentChoice;
  const card = details?.creditCard ?? details?.banContactCard;
  if (card) {
    const brand = card.brand === undefined || card.brand === 'other' ? method : brandName(card.brand);
    const valid = card.expiry === undefined ? '' : `, valid through ${card.expiry}`;
    return `${brand} ending in ${card.cardNumber.slice(-4)}${valid}`;
  }
  const iban = (details?.sepa ?? details?.chDD ?? details?.lsvDD)?.bankAccountDetails.iban;
  const number = iban ?? details?.bacs?.bankAccountNumber ?? details?.ach?.accountNumber;
  return number === undefined ? method : `${method}, account ending in ${number.slice(-4)}`;
}
