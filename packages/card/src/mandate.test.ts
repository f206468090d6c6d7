import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { isMandateReference, type MandateScheme, mandateLapseDate, mandateSchemes } from './mandate.ts';

suite('a mandate reference', () => {
  const right: Readonly<Record<MandateScheme, readonly string[]>> = {
    SEPA_CORE: ['A', 'MND-2026/000123', "a.b,c'd(e)f+g:h?i j", 'x'.repeat(35)],
    CH_DD: ['MND-2026-000123'],
    LSV: ['MND-2026-000123'],
    BACS: ['ABC123', '000001', 'A1.B2/C3&D4-E5 F6', 'ONFILE000000000123', 'XDDIC1'],
    ACH_WEB: ['A', 'MND202600000123'],
  };
  const wrong: Readonly<Record<MandateScheme, readonly string[]>> = {
    SEPA_CORE: ['', 'x'.repeat(36), 'a_b', 'Ä', 'a\n', '/a', 'a/', 'a//b', ' a', 'a ', 'a@b'],
    CH_DD: ['', 'a_b'],
    LSV: ['', 'x'.repeat(36)],
    BACS: ['', 'ABC12', 'ABC-12', '000000', 'AAAA-AA', 'abc123', '-ABC123', 'ABC123 ', 'DDIC123', `A${'1'.repeat(18)}`],
    ACH_WEB: ['', 'MND-2026', 'x'.repeat(16)],
  };
  for (const scheme of mandateSchemes) {
    test(`of ${scheme} follows the scheme's rules`, () => {
      for (const reference of right[scheme]) assert.equal(isMandateReference(scheme, reference), true, reference);
      for (const reference of wrong[scheme]) assert.equal(isMandateReference(scheme, reference), false, reference);
    });
  }
});

suite('a mandate', () => {
  const lapse = (day: string) => mandateLapseDate('SEPA_CORE', new Date(day));

  test('for SEPA lapses 36 months after its last use', () => {
    assert.equal(lapse('2026-03-15'), '2029-03-15');
    assert.equal(lapse('2026-12-31T23:59:59Z'), '2029-12-31');
    assert.equal(lapse('2026-01-01'), '2029-01-01');
  });

  test("used last on a leap day lapses on February's last day", () => {
    assert.equal(lapse('2024-02-29'), '2027-02-28');
    assert.equal(lapse('2025-02-28'), '2028-02-28');
  });

  test('never lapses in another month than the 36th', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1970-01-01'), max: new Date('2200-01-01'), noInvalidDate: true }),
        (used) => {
          const [year = 0, month = 0] = (mandateLapseDate('SEPA_CORE', used) ?? '').split('-').map(Number);
          assert.equal(year * 12 + month - 1, used.getUTCFullYear() * 12 + used.getUTCMonth() + 36);
        },
      ),
    );
  });

  test('for another scheme holds until it is cancelled', () => {
    for (const scheme of mandateSchemes.filter((name) => name !== 'SEPA_CORE')) {
      assert.equal(mandateLapseDate(scheme, new Date('2026-03-15')), undefined);
    }
  });
});
