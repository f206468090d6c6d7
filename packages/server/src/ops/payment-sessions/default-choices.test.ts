import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultChoices } from './default-choices.ts';

/** Country, currency, and what is offered there beside cards and PayPal: for an account, and for a purchase. */
const places: [string, string, string[], string[]][] = [
  ['GB', 'GBP', ['BACS'], []],
  ['JE', 'GBP', ['BACS'], []],
  ['GB', 'EUR', ['SEPA'], []],
  ['GB', 'USD', [], []],
  ['DE', 'EUR', ['SEPA'], []],
  ['DE', 'USD', [], []],
  ['RE', 'EUR', ['SEPA'], []],
  ['SE', 'SEK', [], []],
  ['SE', 'EUR', ['SEPA'], []],
  ['CH', 'CHF', ['CH_DD', 'LSV', 'TWINT'], ['TWINT']],
  ['CH', 'EUR', ['SEPA', 'LSV'], []],
  ['LI', 'CHF', ['CH_DD', 'LSV', 'TWINT'], ['TWINT']],
  ['DE', 'CHF', [], []],
  ['BE', 'EUR', ['SEPA', 'BANCONTACT'], ['BANCONTACT']],
  ['NL', 'EUR', ['SEPA', 'IDEAL'], ['IDEAL']],
  ['NL', 'USD', [], []],
  ['US', 'USD', ['ACH'], []],
  ['US', 'EUR', [], []],
  ['JP', 'JPY', [], []],
];

describe('a tenant that names no choices', () => {
  for (const [country, currency, account, purchase] of places) {
    it(`offers cards, PayPal and what is usual in ${country} in ${currency}`, () => {
      const place = { country, currency };
      const everywhere = ['CREDIT_CARD', 'PAYPAL'];
      assert.deepEqual(defaultChoices('MEMBER_ACCOUNT', place).toSorted(), [...account, ...everywhere].toSorted());
      assert.deepEqual(defaultChoices('ECOM', place).toSorted(), [...purchase, ...everywhere].toSorted());
    });
  }

  it('offers them in the order of the contract', () => {
    const offered = defaultChoices('MEMBER_ACCOUNT', { country: 'CH', currency: 'CHF' });
    assert.deepEqual(offered, ['CH_DD', 'LSV', 'CREDIT_CARD', 'TWINT', 'PAYPAL']);
  });
});
