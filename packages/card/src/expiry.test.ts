import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { expiryDate, isExpired, parseExpiry } from './expiry.ts';

suite('an expiry', () => {
  const march = { month: 3, year: 2027 };
  const spellings =
    '03/27 3/27 03/2027 3/2027 03-27 03.2027 0327 032027 202703 2027-03 2027-3 2027/03 2027-03-31 2027-03-01'.split(
      ' ',
    );
  for (const text of [...spellings, '03 27', ' 03 / 27 ', '０３/２７', '٠٣/٢٧']) {
    test(`is read from "${text}"`, () => assert.deepEqual(parseExpiry(text), march));
  }

  const wrong = [
    '',
    '13/27',
    '00/27',
    '0/27',
    '1327',
    '2027-13',
    '2027-02-30',
    '2027-04-31',
    '327',
    '03/3027',
    '03/227',
  ];
  for (const text of [...wrong, 'soon', '03//27', '2027-03-31T00:00:00Z', '-03/27']) {
    test(`is not read from "${text}"`, () => assert.equal(parseExpiry(text), undefined));
  }

  test('with two digits of a year from 50 on is of the last century', () => {
    assert.deepEqual(parseExpiry('12/49'), { month: 12, year: 2049 });
    assert.deepEqual(parseExpiry('12/99'), { month: 12, year: 1999 });
  });

  test("is kept as the month's last day", () => {
    assert.equal(expiryDate({ month: 2, year: 2027 }), '2027-02-28');
    assert.equal(expiryDate({ month: 2, year: 2028 }), '2028-02-29');
    assert.equal(expiryDate({ month: 12, year: 2031 }), '2031-12-31');
    assert.equal(expiryDate({ month: 4, year: 2030 }), '2030-04-30');
  });

  test('reads back from its canonical form', () => {
    const expiry = fc.record(
      { month: fc.integer({ min: 1, max: 12 }), year: fc.integer({ min: 1900, max: 2099 }) },
      { noNullPrototype: true },
    );
    fc.assert(fc.property(expiry, (any) => assert.deepEqual(parseExpiry(expiryDate(any)), any)));
  });
});

suite('a card', () => {
  test('is valid until its last day has ended 12 hours behind UTC', () => {
    const expiry = { month: 12, year: 2026 };
    assert.equal(isExpired(expiry, new Date('2026-12-31T23:59:59Z')), false);
    assert.equal(isExpired(expiry, new Date('2027-01-01T11:59:59.999Z')), false);
    assert.equal(isExpired(expiry, new Date('2027-01-01T12:00:00Z')), true);
  });
});
