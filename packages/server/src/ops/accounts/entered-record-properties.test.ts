import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cardBrands } from '@onfile/card/brand';
import * as fc from 'fast-check';
import type { PaymentChoice } from '../../contract/payments.ts';
import { cardTypes, recordTypes } from '../../contract/stored-payment-method.ts';
import { choiceOf, directDebitOf } from '../instruments/choice.ts';
import { instrumentDetails } from '../instruments/details.ts';
import type { KeptBankAccount } from '../instruments/kept.ts';
import { newMandate } from '../instruments/mandate.ts';
import { ibanAccount } from '../payment-requests/bank-account-rules.ts';
import { type RequestContent, requestDetails } from '../payment-requests/content.ts';
import { enteredRecord, enteredType } from './entered-record.ts';

const holder = fc.string({ minLength: 1, maxLength: 20 });
const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`));
const country = fc.constantFrom('DE', 'GB', 'US', 'CH', 'LI', 'JE', 'FR', 'JP');

/** Something that a customer entered, with its whole number and the choice that it was entered as. */
type Entered = { choice: PaymentChoice; number: string; content: RequestContent };

const card: fc.Arbitrary<Entered> = fc
  .record({
    brand: fc.constantFrom(...cardBrands, 'bancontact' as const, null),
    holder,
    number: digits(16),
    expiryMonth: fc.integer({ min: 1, max: 12 }),
    expiryYear: fc.integer({ min: 2000, max: 2099 }),
  })
  .map(({ number, ...entered }) => ({
    choice: entered.brand === 'bancontact' ? 'BANCONTACT' : 'CREDIT_CARD',
    number,
    content: { card: { ...entered, lastFour: number.slice(-4) } },
  }));

const at = {
  tenant: { name: 'Gym', creditorIdentifiers: {} },
  locale: 'en',
  now: () => new Date('2026-01-31T12:00:00Z'),
};

const iban: fc.Arbitrary<Entered> = fc
  .record({ choice: fc.constantFrom('SEPA', 'CH_DD', 'LSV', 'IDEAL'), holder, number: digits(20).map((n) => `DE${n}`) })
  .map(({ choice, holder: name, number }) => {
    const value = { electronic: number, country: 'DE' } as Parameters<typeof ibanAccount>[1];
    const { kept, lastFour } = ibanAccount(name, value, { choice });
    return { choice, number, content: { bankAccount: kept, holder: name, lastFour, mandate: newMandate(at, choice) } };
  });

const domestic: fc.Arbitrary<Entered> = fc
  .record({ choice: fc.constantFrom('BACS', 'ACH'), holder, number: digits(8), bank: digits(6) })
  .map(({ choice, holder: name, number, bank }) => {
    const kept: KeptBankAccount =
      choice === 'BACS'
        ? { choice, sortCode: bank, email: 'ada@test.example' }
        : { choice, routingNumber: `000${bank}`, accountType: 'savings' };
    const lastFour = number.slice(-4);
    return { choice, number, content: { bankAccount: kept, holder: name, lastFour, mandate: newMandate(at, choice) } };
  });

const wallet: fc.Arbitrary<Entered> = fc
  .record({ choice: fc.constantFrom('PAYPAL', 'TWINT'), holder })
  .map(({ choice, holder: name }) => ({ choice, number: '', content: { wallet: { choice }, holder: name } }));

const entered = fc.oneof(card, iban, domestic, wallet);

describe('any instrument that a customer entered', () => {
  it('becomes a record that is billed as the choice it was entered as, wherever the tenant is', () => {
    fc.assert(
      fc.property(entered, country, ({ choice, content }, where) => {
        const { fields, content: facts } = enteredRecord(content, null);
        assert.equal(choiceOf(fields.type, facts, where), choice);
        assert.equal(fields.type, enteredType(content));
      }),
    );
  });

  it('becomes a record in the words of the contract', () => {
    fc.assert(
      fc.property(entered, ({ content }) => {
        const { fields, content: kept } = enteredRecord(content, null);
        assert.ok(recordTypes.some((type) => type === fields.type));
        assert.ok(cardTypes.some((type) => type === fields.credit_card_type));
        assert.match(fields.last_four_digits, /^\d{4}$/);
        assert.ok(kept.name.length > 0 && kept.name_on_account.length > 0);
        assert.equal(fields.expires !== null, fields.type === 'credit card');
      }),
    );
  });

  it('is shown as one object, that of its choice, with no more than the last four digits of its number', () => {
    fc.assert(
      fc.property(entered, ({ number, content }) => {
        const details = requestDetails(content) ?? {};
        const { fields, content: facts } = enteredRecord(content, null);
        const onFile = instrumentDetails({
          choice: choiceOf(fields.type, facts, 'DE'),
          brand: facts.network ?? fields.credit_card_type,
          holder: facts.name_on_account,
          lastFour: fields.last_four_digits,
          expires: fields.expires,
          facts,
        });
        for (const shown of [details, onFile]) {
          assert.equal(Object.keys(shown).length, 1);
          assert.deepEqual(Object.keys(shown), Object.keys(details));
          const masked = numberShown(shown);
          assert.ok(number.slice(4).length < 5 || !masked?.includes(number.slice(-5)), `${number} shows as ${masked}`);
          assert.ok(!masked || /^[A-Z]{0,2}\d{0,2}\*{4,}\d{4}$/.test(masked), masked);
        }
      }),
    );
  });
});

/** The masked number in the details of an instrument, undefined where it has none. */
function numberShown(details: object): string | undefined {
  const shown = JSON.stringify(details);
  return /"(?:cardNumber|iban|bankAccountNumber|accountNumber)":"([^"]*)"/.exec(shown)?.[1];
}

describe('a bank account that came by the Records API', () => {
  it('is debited as is usual where the tenant is', () => {
    fc.assert(
      fc.property(country, (where) => assert.equal(choiceOf('electronic check', {}, where), directDebitOf(where))),
    );
  });
});
