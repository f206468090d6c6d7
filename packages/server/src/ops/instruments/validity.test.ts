import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { validities } from '../../contract/validity.ts';
import { expiryRange, validityOf } from './validity.ts';

describe('what an expiry means', () => {
  it('is valid until 60 days before its end, then expiring, then expired', () => {
    const end = Date.parse('2027-02-01T12:00:00Z');
    const day = 86_400_000;
    const at = (milliseconds: number) => validityOf('2027-01-31', new Date(end + milliseconds));
    assert.deepEqual([at(-60 * day - 1), at(-60 * day), at(-1), at(0)], ['valid', 'expiring', 'expiring', 'expired']);
  });

  it('ends when the last day of the month is over 12 hours behind UTC', () => {
    assert.equal(validityOf('2026-11-30', new Date('2026-12-01T11:59:59Z')), 'expiring');
    assert.equal(validityOf('2026-11-30', new Date('2026-12-01T12:00:00Z')), 'expired');
  });

  it('is valid for what does not expire', () => {
    assert.equal(validityOf(null, new Date('2099-01-01T00:00:00Z')), 'valid');
  });

  it('is the same for one instrument as for the range of a list, twice a day for a year', () => {
    const ends = Array.from({ length: 36 }, (_, n) => new Date(Date.UTC(2026, n + 1, 0)).toISOString().slice(0, 10));
    for (let hours = 0; hours < 366 * 24; hours += 12) {
      const at = new Date(Date.UTC(2026, 5, 1, hours));
      const ranges = validities.map((validity) => ({ validity, ...expiryRange(validity, at) }));
      for (const end of ends) {
        const fitting = ranges.filter(({ from = '', before = '9999' }) => from <= end && end < before);
        assert.deepEqual(
          fitting.map(({ validity }) => validity),
          [validityOf(end, at)],
          `${end} at ${at.toISOString()}`,
        );
      }
    }
  });
});
