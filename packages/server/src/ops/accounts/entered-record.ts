import { recordCardType } from '@onfile/card/brand';
import type { PaymentChoice } from '../../contract/payments.ts';
import { choiceOf } from '../instruments/choice.ts';
import type { KeptFacts } from '../instruments/kept.ts';
import { cardExpiryDate, type RequestContent, walletLastFour } from '../payment-requests/content.ts';
import type { NextRecord } from '../stored-payment-methods/change.ts';
import type { OpenedRecord } from '../stored-payment-methods/content.ts';

type NextFields = Omit<NextRecord, 'customer'>;
type NumberFields = Pick<NextFields['fields'], 'type' | 'credit_card_type' | 'last_four_digits' | 'expires'>;

/** What an instrument makes of a record's number and of what is known beside it (DESIGN.md, Gateway API). */
type EnteredFields = { fields: NumberFields; holder: string; facts: KeptFacts };

/** The type of the record that an instrument is kept as; undefined for what is not kept at all. */
export function enteredType(content: RequestContent): 'credit card' | 'electronic check' | undefined {
  if ('card' in content) return 'credit card';
  return 'bankAccount' in content || 'wallet' in content ? 'electronic check' : undefined;
}

function enteredFields(content: RequestContent): EnteredFields {
  if ('card' in content) {
    const { brand, holder, lastFour } = content.card;
    return {
      fields: {
        type: 'credit card',
        credit_card_type: brand === null || brand === 'bancontact' ? 'other' : recordCardType(brand),
        last_four_digits: lastFour,
        expires: cardExpiryDate(content.card),
      },
      holder,
      facts: { network: brand ?? 'other' },
    };
  }
  const bank = { type: 'electronic check', credit_card_type: 'other', expires: null };
  if ('bankAccount' in content) {
    const { bankAccount, mandate, holder, lastFour } = content;
    return { fields: { ...bank, last_four_digits: lastFour }, holder, facts: { bankAccount, mandate } };
  }
  if ('wallet' in content) {
    const { wallet, holder } = content;
    return { fields: { ...bank, last_four_digits: walletLastFour }, holder, facts: { wallet } };
  }
  throw new Error('a payment request without an instrument was to become a record');
}

const names: Readonly<Record<Exclude<PaymentChoice, 'CREDIT_CARD'>, string>> = {
  SEPA: 'SEPA Direct Debit',
  CH_DD: 'CH-DD',
  LSV: 'LSV+',
  BACS: 'Bacs Direct Debit',
  ACH: 'ACH Debit',
  IDEAL: 'iDEAL',
  BANCONTACT: 'Bancontact',
  PAYPAL: 'PayPal',
  TWINT: 'TWINT',
  CASH: 'Cash',
  BANK_TRANSFER: 'Bank transfer',
};

/** The name that a record gets from its instrument, such as `Visa 4242`. */
function nameOf(
  fields: Pick<NumberFields, 'type' | 'credit_card_type' | 'last_four_digits'>,
  facts: KeptFacts,
): string {
  const choice = choiceOf(fields.type, facts, '');
  const network = facts.network ?? fields.credit_card_type;
  const what = choice === 'CREDIT_CARD' ? network.replace(/\b[a-z]/g, (letter) => letter.toUpperCase()) : names[choice];
  return facts.wallet ? what : `${what} ${fields.last_four_digits}`;
}

/** Number, expiry, holder, mandate and tokens come from what was entered, all of them; the rest stays with the record. */
export function enteredRecord(content: RequestContent, target: OpenedRecord | null): NextFields {
  const { fields, holder, facts } = enteredFields(content);
  // A name that people gave it stays; one that we made from the old number would lie.
  const isNamed = target && target.content.name !== nameOf(target.row, target.content);
  return {
    fields: {
      ...fields,
      payrix_migrated: null,
      sys_external_id: target?.row.sys_external_id ?? null,
      sys_locked: target?.row.sys_locked ?? null,
      sys_snapshot_base_version: target?.row.sys_snapshot_base_version ?? null,
    },
    content: {
      name: isNamed ? target.content.name : nameOf(fields, facts),
      name_on_account: holder,
      billing_address: content.billingAddress ?? target?.content.billing_address,
      merchant_account_tokens: content.tokens ?? [],
      custom_field_values: target?.content.custom_field_values,
      ...facts,
    },
  };
}
