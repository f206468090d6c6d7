import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { locales, negotiateLocale } from './negotiate.ts';

const tenants = 'sl';
const answered = (acceptLanguage: string | undefined): string => negotiateLocale(acceptLanguage, tenants);

describe('the language of an answer', () => {
  const cases: Record<string, [string, readonly (string | undefined)[]]> = {
    'is the one that was asked for, however it is written': ['de-CH', ['de-CH', 'DE-ch', 'de-CH;q=0.1', ' de-CH ']],
    'is a language’s own for a country that has no texts of its own': ['de', ['de-AT', 'de-Latn-CH', 'de-419']],
    'is the country’s for a range that says more than the country': ['de-CH', ['de-CH-1996', 'de-ch-x-mine']],
    'is English for languages that there are no texts in': ['en', ['ja', 'ja-JP, zh;q=0.5', 'x-klingon', 'ja, *']],
    'is the tenant’s without a wish': [tenants, [undefined, '', ' ', ',', '*', '*;q=0.5']],
    'is the tenant’s where no part of a wish can be read': [tenants, ['de_CH', 'de;q=x', '12', '%', 'ä', 'de;q=-1']],
    'is the tenant’s where all that is named is not wanted': [tenants, ['de;q=0', 'de;q=0.0, fr;q=0', 'de;q=0, *']],
    'goes by what is wanted most, then by what is said first': ['it', ['fr;q=0.2, it', 'it, fr', 'es;q=0.9,it;q=0.91']],
    'passes over what has no texts, cannot be read or is not wanted': ['fr', ['ja, fr;q=0.1', 'd_e, fr', 'de;q=0, fr']],
  };
  for (const [title, [locale, headers]] of Object.entries(cases)) {
    it(title, () => {
      for (const header of headers) assert.equal(answered(header), locale, header);
    });
  }

  it('goes by the beginning of a header that is longer than any browser’s', () => {
    assert.equal(answered(`fr${',ja'.repeat(5000)}`), 'fr');
    assert.equal(answered(`${'ja,'.repeat(5000)}fr`), 'en');
    assert.equal(answered('a'.repeat(16_000)), tenants);
    const before = performance.now();
    for (let time = 0; time < 50; time += 1) answered('x;q=0.5,'.repeat(2000));
    assert.ok(performance.now() - before < 350, 'fifty headers take less than 350 ms');
  });

  const range = fc.oneof(
    fc.constantFrom(...locales),
    fc.constantFrom('ja', 'ja-JP', 'de-AT', 'fr-CA-x-a', 'pt', 'sr-Latn'),
  );
  const wish = fc.record({ range, thousandths: fc.integer({ min: 0, max: 1000 }) });

  it('is always that of the first known among those wanted most', () => {
    fc.assert(
      fc.property(fc.array(wish, { minLength: 1, maxLength: 12 }), (wishes) => {
        const header = wishes.map((one) => `${one.range};q=${(one.thousandths / 1000).toFixed(3)}`).join(', ');
        const wanted = wishes
          .filter((one) => one.thousandths > 0)
          .toSorted((one, other) => other.thousandths - one.thousandths);
        const known = wanted
          .map((one) => locales.find((locale) => locale === one.range) ?? one.range.slice(0, 2))
          .find((locale) => locales.includes(locale));
        assert.equal(answered(header), known ?? (wanted.length > 0 ? 'en' : tenants), header);
      }),
    );
  });

  it('is one that there are texts in, or the tenant’s, whatever is sent', () => {
    const junk = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...Array.from('de-CH,;=q01.* "\\_')) }));
    fc.assert(
      fc.property(junk, (header) => {
        assert.ok(locales.includes(answered(header)), header);
      }),
    );
  });
});
