import { locales } from '../../../src/locales/negotiate.ts';

/** What a caller says of its language, undefined for nothing, and the locale that the answer is in. */
export type LanguageCase = { accepts: string | undefined; locale: string };

const languages = locales.filter((locale) => !locale.includes('-'));
const variants = locales.filter((locale) => locale.includes('-'));
/** Tags of variants that have no catalog, and the languages that they fall back to. */
const fallbacks: readonly (readonly [tag: string, locale: string])[] = [
  ['pl-PL', 'pl'],
  ['de-AT', 'de'],
  ['es-419', 'es'],
  ['nl-BE', 'nl'],
];
const malformed = ['pl_PL', ';;q=1', 'x'.repeat(200), 'a b c', '-', '12'];

const nth = <Item>(items: readonly Item[], n: number): Item => items[n % items.length] as Item;

/**
 * Every way to ask for a language (reference: customer-api). English comes first, to compare the others with; which of
 * the languages and variants are asked for goes by `n`, so that a walk comes through all of them.
 *
 * @param own the tenant's locale, or that of a caller whose tenant is not known
 */
export const languageCases = (n: number, own: string): LanguageCase[] => {
  const exact = nth(languages, n);
  const variant = nth(variants, n);
  const [tag, fallback] = nth(fallbacks, n);
  return [
    { accepts: 'en', locale: 'en' },
    { accepts: exact, locale: exact },
    { accepts: variant, locale: variant },
    { accepts: tag, locale: fallback },
    { accepts: 'ja', locale: 'en' },
    { accepts: nth(malformed, n), locale: own },
    { accepts: '*', locale: own },
    { accepts: undefined, locale: own },
  ];
};

/** For what fails in one more way: English, another language, and what is said of no language. */
export const fewLanguageCases = (n: number, own: string): LanguageCase[] =>
  languageCases(n, own).filter(({ accepts }, index) => index < 2 || accepts === undefined);
