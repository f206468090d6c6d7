import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { cardBrand } from '@onfile/card/number';
import { adyenTestCards } from './adyen-test-cards.ts';
import { braintreeTestCards } from './braintree-test-cards.ts';
import { stripeTestCards } from './stripe-test-cards.ts';
import { findTestCard, testCards } from './test-cards.ts';

suite('the published test cards', () => {
  test('are all valid card numbers', () => {
    for (const { number, gateway } of testCards) assert.ok(cardBrand(number), `${gateway} ${number}`);
  });

  test('are each named once by a gateway', () => {
    for (const groups of [stripeTestCards, braintreeTestCards, adyenTestCards]) {
      const numbers = groups.flatMap((group) => group.numbers);
      assert.deepEqual(
        numbers.filter((number, place) => numbers.indexOf(number) !== place),
        [],
      );
    }
  });

  test('do what Stripe says where Braintree or Adyen say something else', () => {
    for (const number of ['5105105105105100', '6011000990139424', '3566002020360505', '371449635398431']) {
      const card = findTestCard(number);
      assert.deepEqual([card?.gateway, card?.outcome, card?.challenge], ['Stripe', 'approved', false], number);
    }
  });

  test('have no number that nobody published', () => assert.equal(findTestCard('4532015112830366'), undefined));
});
