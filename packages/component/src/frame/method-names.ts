import type { PaymentChoice } from './gateway-answers.ts';
import type { TextKey } from './texts/text-key.ts';

/** What each payment choice is called. */
export const methodNames: Readonly<Record<PaymentChoice, TextKey>> = {
  ACH: 'upc.method.ach',
  BACS: 'upc.method.bacs',
  BANCONTACT: 'upc.method.bancontact',
  BANK_TRANSFER: 'upc.method.bank.transfer',
  CASH: 'upc.method.cash',
  CH_DD: 'upc.method.ch.dd',
  CREDIT_CARD: 'upc.method.credit.card',
  IDEAL: 'upc.method.ideal',
  LSV: 'upc.method.lsv',
  PAYPAL: 'upc.method.paypal',
  SEPA: 'upc.method.sepa',
  TWINT: 'upc.method.twint',
};

/** Cards first, which most have come for; what is not collected by the shop last. */
const shownOrder: readonly PaymentChoice[] = [
  'CREDIT_CARD',
  'SEPA',
  'CH_DD',
  'LSV',
  'BACS',
  'ACH',
  'IDEAL',
  'BANCONTACT',
  'TWINT',
  'PAYPAL',
  'BANK_TRANSFER',
  'CASH',
];

/** The choices in the order in which they are offered. */
export const inShownOrder = (choices: readonly PaymentChoice[]): PaymentChoice[] =>
  shownOrder.filter((choice) => choices.includes(choice));
