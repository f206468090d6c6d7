import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import creditCardType from 'credit-card-type';
import * as fc from 'fast-check';
import { publishedCards } from '../test/published-numbers.ts';
import { allowsLength, brandOf, cardBrands, recordCardType, securityCodeLength } from './brand.ts';

// The library splits ranges off for Troy, Verve and Naranja that also belong to the networks they are co-badged with.
const removed = new Set(['troy', 'verve', 'naranja']);
for (const type of removed) creditCardType.removeCard(type);

const ourName = (type: string): string => type.replace('-', ' ');

const libraryBrand = (number: string) => {
  const [first, ...others] = creditCardType(number);
  return others.length === 0 ? first : undefined;
};

const assertAgrees = (number: string) => {
  const ours = brandOf(number);
  if (ours === 'troy') return;
  const theirs = libraryBrand(number);
  assert.equal(ours, theirs && ourName(theirs.type), number);
};

suite('the brand of a card number', () => {
  for (const [number, brand] of Object.entries(publishedCards)) {
    test(`${number} is ${brand}`, () => assert.equal(brandOf(number), brand));
  }

  test('is what credit-card-type says, at the edges of each of its ranges', () => {
    for (const type of Object.values(creditCardType.types)) {
      for (const pattern of creditCardType.getTypeInfo(type).patterns) {
        for (const edge of [pattern].flat()) {
          for (const near of [edge - 1, edge, edge + 1]) {
            assertAgrees(String(near).padEnd(16, '0'));
            assertAgrees(String(near).padEnd(16, '9'));
          }
        }
      }
    }
  });

  test('is what credit-card-type says, for any number', () => {
    const number = fc.stringMatching(/^[2-6][0-9]{15}$/);
    fc.assert(fc.property(number, assertAgrees), { numRuns: 5000 });
  });

  test('has the lengths and the code length that credit-card-type has', () => {
    for (const type of Object.values(creditCardType.types).filter((name) => !removed.has(name))) {
      const info = creditCardType.getTypeInfo(type);
      const brand = cardBrands.find((name) => name === ourName(type));
      assert.ok(brand, type);
      assert.equal(securityCodeLength(brand), info.code.size, type);
      for (let length = 10; length <= 20; length += 1) {
        assert.equal(allowsLength(brand, length), info.lengths.includes(length), `${type} ${length}`);
      }
    }
  });

  test('is unknown for a number in no issuer range, or too short to tell', () => {
    for (const number of ['1234567890123456', '9999999999999999', '5', '']) assert.equal(brandOf(number), undefined);
  });
});

test('the Records API sees the five values of its enum only', () => {
  assert.equal(recordCardType('visa'), 'visa');
  assert.equal(recordCardType('american express'), 'american express');
  assert.equal(recordCardType('diners club'), 'other');
  assert.equal(recordCardType('maestro'), 'other');
});
