import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type ErrorCode,
  enumArgument,
  errorArguments,
  errorStatuses,
  integerArgument,
  OnfileError,
  stringArgument,
} from '../errors.ts';
import { formatError } from './catalog.ts';
import de from './de.json' with { type: 'json' };
import en from './en.json' with { type: 'json' };

const catalogs: Record<string, Record<string, string>> = { en, de };
const codes = Object.keys(errorStatuses) as ErrorCode[];
const english = { locale: 'en', timeZone: 'UTC' };

for (const [language, catalog] of Object.entries(catalogs)) {
  describe(`the ${language} catalog`, () => {
    it('holds the keys of the English one and no others', () => {
      assert.deepEqual(Object.keys(catalog).toSorted(), Object.keys(en).toSorted());
      assert.deepEqual(
        Object.keys(catalog)
          .filter((key) => !key.startsWith('enum.') && !key.startsWith('mandate.'))
          .toSorted(),
        [...codes].toSorted(),
      );
    });

    it('uses every argument of a code and none beyond', () => {
      for (const code of codes) {
        const used = [...(catalog[code] ?? '').matchAll(/\{n?(\d)/g)].map(([, index]) => Number(index));
        assert.deepEqual(
          [...new Set(used)].toSorted((a, b) => a - b),
          [...errorArguments[code].keys()],
          code,
        );
      }
    });

    it('reads as a sentence also where an argument was not given', () => {
      for (const code of codes) {
        const { errorMessage } = formatError(new OnfileError(code), { locale: language, timeZone: 'UTC' });
        assert.match(errorMessage, /^[A-ZÄÖÜ].*\.$/);
        assert.doesNotMatch(errorMessage, /[{}]/);
      }
    });
  });
}

describe('an error’s text', () => {
  it('names the value of an enum where the catalog knows it, else the value itself', () => {
    const known = new OnfileError('errormessage.payment.request.state', { args: [enumArgument('EXPIRED')] });
    assert.match(formatError(known, english).errorMessage, /is expired\./);
    assert.deepEqual(formatError(known, { ...english, locale: 'de' }).args, ['abgelaufen']);
    const unknown = new OnfileError('errormessage.payment.request.state', { args: [enumArgument('SOMETHING')] });
    assert.deepEqual(formatError(unknown, english).args, ['SOMETHING']);
  });

  it('writes numbers and dates for the locale', () => {
    const conflict = new OnfileError('errormessage.record.version.conflict', {
      args: [integerArgument(1234), stringArgument('name')],
    });
    assert.deepEqual(formatError(conflict, { ...english, locale: 'de' }).args, ['1.234', 'name']);
    assert.match(formatError(conflict, { ...english, locale: 'de-CH' }).args[0] ?? '', /^1['’]234$/);
    const expired = new OnfileError('errormessage.card.expired', {
      args: [{ type: 'DATE', value: { value: '2026-01-31' } }],
    });
    assert.deepEqual(formatError(expired, { locale: 'en-GB', timeZone: 'America/Los_Angeles' }).args, [
      '31 January 2026',
    ]);
  });

  it('is English, values too, where a language has no catalog', () => {
    const { locale, errorMessage } = formatError(new OnfileError('errormessage.internal'), {
      ...english,
      locale: 'fr-LU',
    });
    assert.equal(locale, 'en');
    assert.match(errorMessage, /^Something went wrong/);
  });
});
