import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { vocalinkTestCases } from '../test/published-numbers.ts';
import { checkModulus, type ModulusResult, modulusChecksOf } from './modulus-check.ts';
import { modulusRules } from './modulus-weights.ts';

const check = (account: string): ModulusResult => {
  const [sortCode = '', accountNumber = ''] = account.split(' ');
  return checkModulus({ sortCode, accountNumber });
};

suite("Vocalink's test case", () => {
  for (const [number, account, result, why] of vocalinkTestCases) {
    test(`${number}, ${account}: ${why}`, () => assert.equal(check(account), result));
  }
});

suite('the modulus check', () => {
  test('says nothing of a sort code that is in no range', () => {
    for (const account of ['000000 12345678', '232323 12345678', '999999 00000000']) {
      assert.equal(check(account), 'unchecked');
    }
  });

  test('knows each sort code of a range, and none outside', () => {
    assert.deepEqual(
      ['089000', '089500', '089999'].map((sortCode) => modulusChecksOf(sortCode).length),
      [1, 1, 1],
    );
    assert.equal(modulusChecksOf('088999').length, 0);
    assert.equal(modulusChecksOf('200000').length, 2);
  });

  test('leaves the weights of exception 10 as they are when g is not 9', () => {
    assert.equal(check('871427 09000000'), 'failed');
    assert.equal(check('871427 99000000'), 'failed');
  });

  test('takes the two digits of exception 4 as one number', () => {
    const withRemainder10 = Array.from({ length: 1_000_000 }, (_, count) => `${String(count).padStart(6, '0')}10`).find(
      (accountNumber) => checkModulus({ sortCode: '134020', accountNumber }) === 'passed',
    );
    assert.ok(withRemainder10);
    assert.equal(check(`134020 ${withRemainder10.slice(0, 6)}01`), 'failed');
  });
});

suite('the weight table', () => {
  const ranges = modulusRules.flatMap(({ sortCodes }) => sortCodes.split(' ').map((range) => range.split('-')));

  test('has ranges of six digits, first before last, none over another', () => {
    const sorted = ranges
      .map(([first = '', last = first]) => ({ first, last }))
      .toSorted((x, y) => (x.first < y.first ? -1 : 1));
    let before = '';
    for (const { first, last } of sorted) {
      assert.match(first + last, /^[0-9]{12}$/);
      assert.ok(first <= last && first > before, `${first}-${last}`);
      before = last;
    }
  });

  test('has 14 weights in each check, one or two checks, and exceptions only in their pairs', () => {
    for (const [first = ''] of ranges) {
      const checks = modulusChecksOf(first);
      assert.ok(checks.length === 1 || checks.length === 2, first);
      for (const { weights } of checks) assert.ok(weights.length === 14 && weights.every(Number.isInteger), first);
      const exceptions = checks.map(({ exception = 0 }) => exception).join();
      assert.match(exceptions, /^(?:0|0,0|1|2,9|0,3|4|5,5|6,6|7|8|10,11|12,13|14)$/, first);
    }
  });
});
