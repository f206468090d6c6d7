import { brandName } from './fields/brand-name.ts';
import type { SavedInstrument } from './gateway-answers.ts';
import { methodNames } from './method-names.ts';
import type { Translate } from './texts/translate.ts';

/** An instrument in a line of text, and in a second one what else tells it apart. */
export type InstrumentText = { name: string; detail?: string };

const lastFour = (masked: string): string => masked.slice(-4);

/** How a customer knows an instrument again: network or method, and the last four characters of its number. */
export function describeInstrument(
  instrument: Omit<SavedInstrument, 'paymentInstrumentToken'>,
  t: Translate,
): InstrumentText {
  const { details, paymentChoice } = instrument;
  const method = t(methodNames[paymentChoice]);
  const card = details.creditCard ?? details.banContactCard;
  if (card) {
    const brand = card.brand === undefined || card.brand === 'other' ? method : brandName(card.brand);
    const name = t('upc.saved.card', { brand, digits: lastFour(card.cardNumber) });
    return card.expiry === undefined ? { name } : { name, detail: t('upc.saved.expires', { expiry: card.expiry }) };
  }
  const iban = (details.sepa ?? details.chDD ?? details.lsvDD)?.bankAccountDetails.iban;
  const number = iban ?? details.bacs?.bankAccountNumber ?? details.ach?.accountNumber;
  if (number === undefined) return { name: method };
  return { name: t('upc.saved.account', { digits: lastFour(number) }), detail: method };
}
