import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { checkModulus, type ModulusResult, modulusChecksOf } from './modulus-check.ts';
import { modulusRules } from './modulus-weights.ts';

const check = (account: string): ModulusResult => {
  const [sortCode = '', accountNumber = ''] = account.split(' ');
  return checkModulus({ sortCode, accountNumber });
};

// Vocalink, "Validating account numbers", 3.1, by the number of the test case; 35 is example 1 of exception 14.
const published: readonly [number: number, account: string, result: ModulusResult, why: string][] = [
  [1, '089999 66374958', 'passed', 'modulus 10'],
  [2, '107999 88837491', 'passed', 'modulus 11'],
  [3, '202959 63748472', 'passed', 'modulus 11 and double alternate'],
  [4, '871427 46238510', 'passed', 'the first of exceptions 10 and 11 alone'],
  [5, '872427 46238510', 'passed', 'the second of exceptions 10 and 11 alone'],
  [6, '871427 09123496', 'passed', 'exception 10, ab 09 and g 9'],
  [7, '871427 99123496', 'passed', 'exception 10, ab 99 and g 9'],
  [8, '820000 73688637', 'passed', 'exception 3, first of a range, c 6'],
  [9, '827999 73988638', 'passed', 'exception 3, last of a range, c 9'],
  [10, '827101 28748352', 'passed', 'exception 3, both checks'],
  [11, '134020 63849203', 'passed', 'exception 4, the remainder is the check digits'],
  [12, '118765 64371389', 'passed', 'exception 1, 27 more'],
  [13, '200915 41011166', 'unchecked', 'exception 6, a foreign currency account'],
  [14, '938611 07806039', 'passed', 'exception 5'],
  [15, '938600 42368003', 'passed', 'exception 5 with another sort code'],
  [16, '938063 55065200', 'passed', 'exception 5, both remainders 0'],
  [17, '772798 99345694', 'passed', 'exception 7'],
  [18, '086090 06774744', 'passed', 'exception 8'],
  [19, '309070 02355688', 'passed', 'the first of exceptions 2 and 9'],
  [20, '309070 12345668', 'passed', 'the second of exceptions 2 and 9, at the euro sort code'],
  [21, '309070 12345677', 'passed', 'exception 2, a not 0, g not 9'],
  [22, '309070 99345694', 'passed', 'exception 2, a not 0, g 9'],
  [23, '938063 15764273', 'failed', 'exception 5, first check digit right, second wrong'],
  [24, '938063 15764264', 'failed', 'exception 5, first check digit wrong, second right'],
  [25, '938063 15763217', 'failed', 'exception 5, remainder 1'],
  [26, '118765 64371388', 'failed', 'exception 1'],
  [27, '203099 66831036', 'failed', 'modulus 11 passes, double alternate does not'],
  [28, '203099 58716970', 'failed', 'double alternate passes, modulus 11 does not'],
  [29, '089999 66374959', 'failed', 'modulus 10'],
  [30, '107999 88837493', 'failed', 'modulus 11'],
  [31, '074456 12345112', 'passed', 'the first of exceptions 12 and 13'],
  [32, '070116 34012583', 'passed', 'both of exceptions 12 and 13'],
  [33, '074456 11104102', 'passed', 'the second of exceptions 12 and 13'],
  [34, '180002 00000190', 'passed', 'exception 14, second check'],
  [35, '180002 98093517', 'passed', 'exception 14, first check'],
];

suite("Vocalink's test case", () => {
  for (const [number, account, result, why] of published) {
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
