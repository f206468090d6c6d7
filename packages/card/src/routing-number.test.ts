import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { publishedRoutingNumbers } from '../test/published-numbers.ts';
import { parseAchAccountNumber } from './ach-account-number.ts';
import { parseRoutingNumber } from './routing-number.ts';

suite('a routing number', () => {
  for (const number of publishedRoutingNumbers) {
    test(`${number} is one`, () => assert.deepEqual(parseRoutingNumber(number), { value: number }));
  }

  test('is read with spaces and dashes, and in digits of any script', () => {
    for (const text of [' 021000021 ', '0210 0002 1', '0210-0002-1', '０２１０００２１', '０２１００００２１']) {
      const expected = text === '０２１０００２１' ? { fault: 'length' } : { value: '021000021' };
      assert.deepEqual(parseRoutingNumber(text), expected, text);
    }
  });

  const faults = {
    characters: ['', '02100002l', '021.000.021', '+021000021'],
    length: ['02100002', '0210000210', '1'],
    prefix: ['130000006', '200000006', '330000000', '600000002', '730000008', '790000000', '810000003', '000000000'],
    check: ['021000020', '021000012', '111000024', '201000021'.replace('20', '12')],
  };
  for (const [fault, texts] of Object.entries(faults)) {
    for (const text of texts) {
      test(`${JSON.stringify(text)} is wrong by its ${fault}`, () =>
        assert.deepEqual(parseRoutingNumber(text), { fault }));
    }
  }

  test('has exactly one right last digit', () => {
    const start = fc.stringMatching(/^(?:0[1-9]|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)[0-9]{6}$/);
    fc.assert(
      fc.property(start, (eight) => {
        const right = '0123456789'.split('').filter((digit) => parseRoutingNumber(eight + digit).value);
        assert.equal(right.length, 1);
      }),
    );
  });
});

suite('the number of a US account', () => {
  test('has 4 to 17 digits, entered in any grouping', () => {
    assert.deepEqual(parseAchAccountNumber('000123456789'), { value: '000123456789' });
    assert.deepEqual(parseAchAccountNumber(' 0001-2345 6789 '), { value: '000123456789' });
    assert.deepEqual(parseAchAccountNumber('1234'), { value: '1234' });
    assert.deepEqual(parseAchAccountNumber('1'.repeat(17)), { value: '1'.repeat(17) });
  });

  test('is refused otherwise', () => {
    assert.deepEqual(parseAchAccountNumber('123'), { fault: 'length' });
    assert.deepEqual(parseAchAccountNumber('1'.repeat(18)), { fault: 'length' });
    assert.deepEqual(parseAchAccountNumber('12a45'), { fault: 'characters' });
    assert.deepEqual(parseAchAccountNumber(''), { fault: 'characters' });
  });
});
