import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validate as isRoutingNumber } from 'abavalidator';
import cardValidator from 'card-validator';
import * as fc from 'fast-check';
import { cardBrand, passesLuhn } from '../src/number.ts';
import { parseRoutingNumber } from '../src/routing-number.ts';
import { differentialRuns } from './differential-runs.ts';
import { publishedCards, publishedRoutingNumbers } from './published-numbers.ts';

// The library splits these off from the networks that they are co-badged with; Troy's own range is ours alone then.
for (const type of ['troy', 'verve', 'naranja']) cardValidator.creditCardType.removeCard(type);

const withLuhnDigit = (start: string): string =>
  '0123456789'
    .split('')
    .map((digit) => start + digit)
    .find(passesLuhn) ?? start;

test('card-validator agrees on generated card numbers, half of them with a right check digit', () => {
  const start = fc.oneof(
    fc.stringMatching(/^[2-6][0-9]{11,17}$/),
    fc.stringMatching(/^(?:4|5[1-5]|2[2-7]|3[0-9]|6011|64[4-9]|65|62|81)[0-9]{10,15}$/),
    fc.stringMatching(/^(?:4|5[1-5]|2[2-7])[0-9]{14}$/),
  );
  fc.assert(
    fc.property(start, fc.boolean(), (digits, right) => {
      const number = right ? withLuhnDigit(digits) : digits;
      const brand = cardBrand(number);
      fc.pre(brand !== 'troy');
      assert.equal(brand !== undefined, cardValidator.number(number).isValid, number);
    }),
    { numRuns: differentialRuns.cardNumbers },
  );
});

test('card-validator agrees on published card numbers', () => {
  for (const [number, brand] of Object.entries(publishedCards)) {
    if (brand !== 'troy') assert.equal(cardBrand(number) !== undefined, cardValidator.number(number).isValid, number);
  }
});

test('abavalidator agrees on generated routing numbers, but for prefixes, which it does not look at', () => {
  const number = fc.oneof(
    fc.stringMatching(/^[0-9]{9}$/),
    fc.stringMatching(/^(?:0[0-9]|1[0-2]|[2367][0-9])[0-9]{7}$/),
  );
  fc.assert(
    fc.property(number, (digits) => {
      const { fault } = parseRoutingNumber(digits);
      fc.pre(fault !== 'prefix');
      assert.equal(fault === undefined, isRoutingNumber(digits), digits);
    }),
    { numRuns: differentialRuns.routingNumbers },
  );
});

test('abavalidator agrees on published routing numbers', () => {
  for (const number of publishedRoutingNumbers) {
    assert.equal(parseRoutingNumber(number).fault === undefined, isRoutingNumber(number), number);
  }
});
