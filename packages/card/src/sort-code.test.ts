import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { formatSortCode, parseSortCode, parseUkAccount } from './sort-code.ts';

suite('a sort code', () => {
  test('is six digits in any grouping', () => {
    for (const text of ['089999', '08-99-99', '08 99 99', ' 08–99–99 ', '08‑9999', '０８-９９-９９']) {
      assert.deepEqual(parseSortCode(text), { value: '089999' }, text);
    }
  });

  test('is refused otherwise', () => {
    for (const text of ['', '08/99/99', '08999o', 'O89999']) {
      assert.deepEqual(parseSortCode(text), { fault: 'characters' }, text);
    }
    for (const text of ['08999', '0899990', '8']) assert.deepEqual(parseSortCode(text), { fault: 'length' }, text);
  });

  test('is printed in pairs', () => assert.equal(formatSortCode('089999'), '08-99-99'));
});

suite('a UK account number', () => {
  const reads: readonly [sortCode: string, entered: string, expected: string][] = [
    ['089999', '66374958', '089999 66374958'],
    ['089999', '6637 4958', '089999 66374958'],
    ['200000', '1234567', '200000 01234567'],
    ['200000', '123456', '200000 00123456'],
    ['010004', '0123456789', '010004 23456789'],
    ['600001', '01-23456789', '600001 23456789'],
    ['560003', '0123456789', '560003 23456789'],
    ['089250', '1234567890', '089250 12345678'],
    ['086119', '1234567890', '086119 12345678'],
    ['720000', '123456789', '720001 23456789'],
    ['090128', '912345678', '090129 12345678'],
  ];
  for (const [sortCode, entered, expected] of reads) {
    test(`${entered} at ${formatSortCode(sortCode)} is ${expected}`, () => {
      const [code, accountNumber] = expected.split(' ');
      assert.deepEqual(parseUkAccount(sortCode, entered), { value: { sortCode: code, accountNumber } });
    });
  }

  test('is refused with a length that its bank does not use', () => {
    const wrong: readonly [string, string][] = [
      ['089999', '12345'],
      ['089999', '123456789'],
      ['200000', '123456789'],
      ['200000', '1234567890'],
      ['083100', '1234567890'],
      ['092001', '123456789'],
      ['010004', '12345678901'],
      ['089999', '1'],
    ];
    for (const [sortCode, entered] of wrong) {
      assert.deepEqual(parseUkAccount(sortCode, entered), { fault: 'length' }, `${sortCode} ${entered}`);
    }
  });

  test('is refused with anything but digits', () => {
    for (const entered of ['', '1234567A', '12345.678']) {
      assert.deepEqual(parseUkAccount('089999', entered), { fault: 'characters' }, entered);
    }
  });
});
