import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMandateReference } from '@onfile/card/mandate';
import { newMandate, schemeOf, summarizeMandate } from './mandate.ts';

const tenant = { name: 'Gym', creditorIdentifiers: { SEPA_CORE: 'DE98ZZZ09999999999' } };
const at = (locale: string) => ({ tenant, locale, now: () => new Date('2024-02-29T23:30:00Z') });
const choices = ['SEPA', 'CH_DD', 'LSV', 'BACS', 'ACH', 'IDEAL'] as const;

test('no two of a thousand mandates have one reference, and every scheme takes its own', () => {
  for (const choice of choices) {
    const references = Array.from({ length: 1000 }, () => newMandate(at('en'), choice).reference);
    assert.equal(new Set(references).size, references.length);
    const scheme = schemeOf(choice);
    assert.ok(references.every((reference) => isMandateReference(scheme, reference)));
    assert.equal(new Set(references.map(({ length }) => length)).size, 1);
  }
});

test('a mandate keeps the language that its text was really in', () => {
  assert.equal(newMandate(at('de-CH'), 'SEPA').textLocale, 'de-CH');
  assert.equal(newMandate(at('fr'), 'SEPA').textLocale, 'fr');
  assert.equal(newMandate(at('xx'), 'SEPA').textLocale, 'en');
});

test('a mandate lapses on the last day of a month that is too short', () => {
  const { creditorIdentifier, lapsesOn, signed } = summarizeMandate(newMandate(at('en'), 'SEPA', 'Ada Test'));
  assert.deepEqual([creditorIdentifier, lapsesOn, signed], ['DE98ZZZ09999999999', '2027-02-28', true]);
});
