import type { PaymentChoice } from '../gateway-answers.ts';
import type { Chunk } from '../use-chunk.ts';
import type { FormProps } from './form-props.ts';

const card: Chunk<FormProps> = async () => (await import('./card-form.tsx')).CardForm;
const ibanDebit: Chunk<FormProps> = async () => (await import('./iban-debit-form.tsx')).IbanDebitForm;
const bacs: Chunk<FormProps> = async () => (await import('./bacs-form.tsx')).BacsForm;
const ach: Chunk<FormProps> = async () => (await import('./ach-form.tsx')).AchForm;
const redirect: Chunk<FormProps> = async () => (await import('./bare-form.tsx')).RedirectForm;
const manual: Chunk<FormProps> = async () => (await import('./bare-form.tsx')).ManualForm;

/** Where each payment choice's form comes from, when it is picked. */
export const formChunks: Readonly<Record<PaymentChoice, Chunk<FormProps>>> = {
  ACH: ach,
  BACS: bacs,
  BANCONTACT: redirect,
  BANK_TRANSFER: manual,
  CASH: manual,
  CH_DD: ibanDebit,
  CREDIT_CARD: card,
  IDEAL: redirect,
  LSV: ibanDebit,
  PAYPAL: redirect,
  SEPA: ibanDebit,
  TWINT: redirect,
};
