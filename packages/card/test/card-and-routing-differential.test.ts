import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { validate as isRoutingNumber } from 'abavalidator';
import cardValidator from 'card-validator';
import * as fc from 'fast-check';
import { cardBrand, passesLuhn } from '../src/number.ts';
import { parseRoutingNumber } from '../src/routing-number.ts';

const withLuhnDigit = (start: string): string =>
  '0123456789'
    .split('')
    .map((digit) => start + digit)
    .find(passesLuhn) ?? start;

const differences = new Map<string, string>();

suite('card-validator agrees', () => {
  const start = fc.oneof(
    fc.stringMatching(/^[2-6][0-9]{11,18}$/),
    fc.stringMatching(/^(?:4|5[1-5]|2[2-7]|3[0-9]|6011|64[4-9]|65|62|81)[0-9]{10,15}$/),
    fc.stringMatching(/^(?:4|5[1-5])[0-9]{14}$/),
  );
  test('on 20,000 card numbers', () => {
    fc.assert(
      fc.property(start, fc.boolean(), (digits, right) => {
        const number = right ? withLuhnDigit(digits) : digits;
        const theirs = cardValidator.number(number);
        const ours = cardBrand(number);
        if ((ours !== undefined) !== theirs.isValid)
          differences.set(`${ours} ${theirs.card?.type} ${number.length}`, number);
      }),
      { numRuns: 20_000 },
    );
    console.log(differences);
  });
});

test('abavalidator agrees on 20,000 routing numbers, but for prefixes, which it does not look at', () => {
  const number = fc.oneof(
    fc.stringMatching(/^[0-9]{9}$/),
    fc.stringMatching(/^(?:0[0-9]|1[0-2]|[2367][0-9])[0-9]{7}$/),
  );
  fc.assert(
    fc.property(number, (digits) => {
      const { fault } = parseRoutingNumber(digits);
      if (fault !== 'prefix') assert.equal(fault === undefined, isRoutingNumber(digits), digits);
    }),
    { numRuns: 20_000 },
  );
});
