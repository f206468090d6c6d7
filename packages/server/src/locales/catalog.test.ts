import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { errorArguments } from '../error-code-arguments.ts';
import { type ErrorCode, errorStatuses } from '../error-codes.ts';
import { enumArgument, fieldsArgument, integerArgument, OnfileError } from '../errors.ts';
import { formatError } from './catalog.ts';
import { catalogs, english as en } from './catalogs.ts';
import { locales } from './negotiate.ts';

const codes = Object.keys(errorStatuses) as ErrorCode[];
const english = { locale: 'en', timeZone: 'UTC' };

/** A no is a no. */
const sameInEnglish = new Set(['es argument.false', 'it argument.false']);

for (const [language, catalog] of catalogs) {
  describe(`the ${language} catalog`, () => {
    it('holds the keys of the English one and no others', () => {
      assert.deepEqual(Object.keys(catalog).toSorted(), Object.keys(en).toSorted());
      assert.deepEqual(
        Object.keys(catalog)
          .filter((key) => key.startsWith('errormessage.'))
          .toSorted(),
        [...codes].toSorted(),
      );
    });

    it('uses every argument of a code and none beyond', () => {
      for (const code of codes) {
        const used = [...catalog[code].matchAll(/\{n?(\d)/g)].map(([, index]) => Number(index));
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
        assert.match(errorMessage, /^\p{Lu}.*\.$/u);
        assert.doesNotMatch(errorMessage, /[{}]/);
      }
    });

    it('has the spelling and the signs of the language', () => {
      for (const [key, text] of Object.entries(catalog)) {
        assert.doesNotMatch(text, /^\s|\s$|\s\s/, key);
        if (!language.startsWith('en')) assert.doesNotMatch(text, /['"]/, key);
        if (/^de-(?:CH|LI)$/.test(language)) assert.doesNotMatch(text, /ß/, key);
        if (language.startsWith('fr')) assert.doesNotMatch(text, / [?!:;]|\p{L}[?!:;]/u, key);
      }
    });

    if (!language.startsWith('en'))
      it('leaves nothing in English', () => {
        for (const [key, text] of Object.entries(catalog)) {
          if (!sameInEnglish.has(`${language} ${key}`)) assert.notEqual(text, en[key as keyof typeof en], key);
        }
      });
  });
}

describe('the catalogs', () => {
  it('are there for every locale that can be asked for', () => {
    assert.deepEqual([...catalogs.keys()].toSorted(), [...locales].toSorted());
  });

  it('of variants have files that say only what differs from the language', () => {
    for (const variant of locales.filter((locale) => locale.includes('-'))) {
      const file = readFileSync(join(import.meta.dirname, `${variant}.json`), 'utf8');
      const language = catalogs.get(variant.slice(0, 2)) ?? en;
      for (const [key, text] of Object.entries(JSON.parse(file)))
        assert.notEqual(text, language[key as keyof typeof en], `${variant} ${key}`);
    }
  });
});

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
      args: [integerArgument(1234), fieldsArgument(['name', 'expires'])],
    });
    assert.deepEqual(formatError(conflict, { ...english, locale: 'de' }).args, ['1.234', 'Name und Ablaufdatum']);
    assert.match(formatError(conflict, { ...english, locale: 'de-CH' }).args[0] ?? '', /^1['’]234$/);
    const expired = new OnfileError('errormessage.card.expired', {
      args: [{ type: 'DATE', value: { value: '2026-01-31' } }],
    });
    assert.deepEqual(formatError(expired, { locale: 'en-GB', timeZone: 'America/Los_Angeles' }).args, [
      '31 January 2026',
    ]);
  });

  it('is the variant’s where that differs, and its language’s for any other country', () => {
    const textIn = (locale: string) =>
      formatError(new OnfileError('errormessage.header.too.large'), { ...english, locale }).errorMessage;
    assert.match(textIn('de-CH'), / zu gross\./);
    assert.equal(textIn('de-AT'), textIn('de'));
  });

  it('is English, values too, where a language has no catalog', () => {
    const { locale, errorMessage } = formatError(new OnfileError('errormessage.internal'), {
      ...english,
      locale: 'ja',
    });
    assert.equal(locale, 'en');
    assert.match(errorMessage, /^Something went wrong/);
  });
});
