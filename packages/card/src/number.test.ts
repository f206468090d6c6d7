import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { cardBrand, normalizeCardNumber, passesLuhn } from './number.ts';

suite('an entered card number', () => {
  const entered = {
    'with spaces': '4111 1111 1111 1111',
    'with dashes': ' 4111-1111-1111-1111 ',
    'with no-break spaces and a soft hyphen': '4111\u00a01111\u202f1111\u00ad1111',
    'in full-width digits': '４１１１１１１１１１１１１１１１',
    'in Arabic-Indic digits': '٤١١١١١١١١١١١١١١١',
    'in Devanagari digits': '४१११ ११११ ११११ ११११',
  };
  for (const [how, text] of Object.entries(entered)) {
    test(`is read ${how}`, () => assert.equal(normalizeCardNumber(text), '4111111111111111'));
  }

  test('is not read when anything else is in it', () => {
    for (const text of ['', ' ', '4111x', '4111,1111', '4111+1', 'four']) {
      assert.equal(normalizeCardNumber(text), undefined, text);
    }
  });
});

suite('the check digit', () => {
  test('is right for exactly one of the ten last digits, whatever stands before', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{11,18}$/), (payload) => {
        const right = '0123456789'.split('').filter((digit) => passesLuhn(payload + digit));
        assert.equal(right.length, 1);
      }),
    );
  });

  test('catches one wrong digit', () => {
    fc.assert(
      fc.property(fc.nat(15), fc.integer({ min: 1, max: 9 }), (place, change) => {
        const digits = '4242424242424242'.split('');
        digits[place] = String((Number(digits[place]) + change) % 10);
        assert.equal(passesLuhn(digits.join('')), false);
      }),
    );
  });
});

suite('a whole card number', () => {
  test('has its brand when range, length and check digit are right', () => {
    assert.equal(cardBrand('4111111111111111'), 'visa');
    assert.equal(cardBrand('3056930009020004'), 'diners club');
  });

  test('has none with a wrong check digit, a length the brand does not use, or an unknown range', () => {
    for (const number of ['4242424242424241', '411111111111', '42424242424242424', '1354100140049550']) {
      assert.equal(cardBrand(number), undefined, number);
    }
  });

  test('of UnionPay needs no check digit', () => {
    assert.equal(cardBrand('6200000000000005'), 'unionpay');
    assert.equal(cardBrand('6200000000000006'), 'unionpay');
  });
});
