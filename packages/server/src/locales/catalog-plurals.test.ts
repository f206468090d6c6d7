import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { IntlMessageFormat } from 'intl-messageformat';
import { errorArguments } from '../error-code-arguments.ts';
import type { ErrorCode } from '../error-codes.ts';
import { catalogs } from './catalogs.ts';

type Part = ReturnType<IntlMessageFormat['getAst']>[number];
type Choice = { on: string; isPlural: boolean; cases: string[] };

/** The numbers that a text counts things by: the thing's word stands beside them. Others are versions and places. */
const counted = new Map<ErrorCode, readonly string[]>([
  ['errormessage.custom.field.limit', ['n0']],
  ['errormessage.custom.field.values.broken', ['n1']],
  ['errormessage.custom.field.values.unchecked', ['n0']],
  ['errormessage.bulk.load.offset', ['n0']],
]);

/** Texts whose whole numbers are bounds, versions or places: no word goes with how many they are. */
const named: ReadonlySet<ErrorCode> = new Set([
  'errormessage.validation.length',
  'errormessage.payment.request.already.used',
  'errormessage.bulk.load.malformed',
  'errormessage.calculation.invalid',
  'errormessage.calculation.field.unknown',
  'errormessage.record.version.conflict',
  'errormessage.record.precondition.failed',
]);

/** Words stay as they are after a number: every word, or that of these texts. */
const unchanging = new Set(['hu', 'tr']);
const unchangingBytes = new Set(['it', 'nb', 'sv']);
const isUnchanging = (locale: string, code: ErrorCode): boolean =>
  unchanging.has(locale) || (code === 'errormessage.bulk.load.offset' && unchangingBytes.has(locale));

/** Numbers that between them are of every plural class of every language. */
const samples = [0, 1, 2, 3, 4, 5, 11, 12, 19, 20, 21, 22, 25, 100, 101, 102, 103, 111, 1000, 1_000_000, 1.5];

const parsed = (text: string, locale: string): IntlMessageFormat =>
  new IntlMessageFormat(text, locale, undefined, { ignoreTag: true });

function choicesIn(parts: readonly Part[]): Choice[] {
  return parts.flatMap((part) => {
    if (!('options' in part)) return [];
    const inner = Object.values(part.options).flatMap((option) => choicesIn(option.value));
    return [{ on: part.value, isPlural: 'pluralType' in part, cases: Object.keys(part.options) }, ...inner];
  });
}

const choicesOf = (text: string, locale: string): Choice[] => choicesIn(parsed(text, locale).getAst());

for (const [locale, catalog] of catalogs) {
  const rules = new Intl.PluralRules(locale);
  const categories = rules.resolvedOptions().pluralCategories.toSorted();

  describe(`the plurals of the ${locale} catalog`, () => {
    it('name the forms that the language has, each and no other, for all that is counted', () => {
      for (const [code, names] of counted) {
        if (isUnchanging(locale, code)) continue;
        const plurals = choicesOf(catalog[code], locale).filter(({ isPlural }) => isPlural);
        assert.deepEqual([...new Set(plurals.map(({ on }) => on))], names, code);
        for (const { cases } of plurals) {
          assert.deepEqual(cases.filter((name) => !name.startsWith('=')).toSorted(), categories, code);
        }
      }
    });

    it('are only of what is counted, beside choices between nothing and something', () => {
      for (const [key, text] of Object.entries(catalog)) {
        for (const { on, isPlural, cases } of choicesOf(text, locale)) {
          if (counted.get(key as ErrorCode)?.includes(on)) continue;
          assert.deepEqual(cases, isPlural ? ['=0', 'other'] : ['yes', 'other'], `${key}: ${on}`);
        }
      }
    });

    it('read as a whole sentence for a number of every form', () => {
      assert.deepEqual([...new Set(samples.map((number) => rules.select(number)))].toSorted(), categories);
      for (const code of Object.keys(errorArguments) as ErrorCode[]) {
        const text = parsed(catalog[code], locale);
        for (const number of samples) {
          const shown = new Intl.NumberFormat(locale).format(number);
          const values = errorArguments[code].flatMap((_type, index) => [
            [index, shown],
            [`n${index}`, number],
          ]);
          const sentence = String(text.format(Object.fromEntries(values)));
          assert.match(sentence, /^[\p{Lu}\p{N}].*\.$/u, code);
          assert.doesNotMatch(sentence, /[{}]|\s\s|\bundefined\b/, code);
          if (counted.has(code)) assert.ok(sentence.includes(shown), `${code}: ${sentence}`);
        }
      }
    });
  });
}

describe('a counted thing', () => {
  it('is known for every text that is given a whole number', () => {
    const given = (Object.keys(errorArguments) as ErrorCode[]).filter((code) =>
      errorArguments[code].some((type: string) => type === 'INTEGER'),
    );
    assert.deepEqual(given.toSorted(), [...counted.keys(), ...named].toSorted());
  });

  const bytes = (locale: string, number: number): string => {
    const text = catalogs.get(locale)?.['errormessage.bulk.load.offset'] ?? assert.fail(locale);
    return String(parsed(text, locale).format({ 0: `<${number}>`, n0: number })).replace(
      /^.*?<\d+> (\S+?)\.? .*$/,
      '$1',
    );
  };

  it('stands in the form that its number asks for', () => {
    const forms: Record<string, Record<number, string>> = {
      pl: { 1: 'bajt', 2: 'bajty', 5: 'bajtów', 12: 'bajtów', 22: 'bajty', 101: 'bajtów' },
      cs: { 1: 'bajt', 3: 'bajty', 5: 'bajtů', 22: 'bajtů' },
      ru: { 1: 'байт', 2: 'байта', 5: 'байтов', 11: 'байтов', 21: 'байт', 112: 'байтов' },
      sl: { 1: 'bajt', 2: 'bajta', 3: 'bajte', 5: 'bajtov', 101: 'bajt', 102: 'bajta' },
      de: { 0: 'Bytes', 1: 'Byte', 2: 'Bytes' },
      fr: { 0: 'octet', 1: 'octet', 2: 'octets', 1_000_000: 'd’octets' },
      ro: { 1: 'octet', 2: 'octeți', 19: 'octeți', 20: 'de', 101: 'octeți' },
    };
    for (const [locale, expected] of Object.entries(forms)) {
      for (const [number, form] of Object.entries(expected)) {
        assert.equal(bytes(locale, Number(number)), form, `${locale} ${number}`);
      }
    }
  });
});
