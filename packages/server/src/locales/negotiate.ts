import Negotiator from 'negotiator';

const languages = ['cs', 'de', 'en', 'es', 'fr', 'hu', 'it', 'nb', 'nl', 'pl', 'ro', 'ru', 'sl', 'sv', 'tr'];
const variants = ['de-CH', 'de-LI', 'en-CA', 'en-GB', 'en-US', 'fr-LU'];

/** Every locale that answers come in. */
export const locales: readonly string[] = [...languages, ...variants];

const byTag = new Map(locales.map((locale) => [locale.toLowerCase(), locale]));
const languageRange = /^[a-z]{1,8}(?:-[a-z\d]{1,8})*$/i;

/** Reading one costs time for each range, and no browser sends as many as go into this. */
const longestHeader = 1000;

/** The whole ranges among the first characters of a header. */
const readable = (header: string): string =>
  header.length <= longestHeader ? header : header.slice(0, Math.max(0, header.lastIndexOf(',', longestHeader)));

/** The locale that a language range names, looked up by RFC 4647, section 3.4: its variant where known, else its language. */
function knownLocale(range: string): string | undefined {
  const subtags = range.toLowerCase().split('-');
  for (; subtags.length > 0; subtags.pop()) {
    const locale = byTag.get(subtags.join('-'));
    if (locale !== undefined) return locale;
  }
  return undefined;
}

/**
 * The locale to answer in, by the header's q-values: the first known one, `en` when none is known, the tenant's when
 * the header is absent. `*` and ranges that are malformed (RFC 4647, section 2.1) count as absent, as does what is
 * beyond 1,000 characters.
 */
export function negotiateLocale(acceptLanguage: string | undefined, tenantLocale: string): string {
  if (acceptLanguage === undefined) return tenantLocale;
  const wanted = new Negotiator({ headers: { 'accept-language': readable(acceptLanguage) } }).languages();
  const ranges = wanted.filter((range) => languageRange.test(range));
  if (ranges.length === 0) return tenantLocale;
  for (const range of ranges) {
    const locale = knownLocale(range);
    if (locale !== undefined) return locale;
  }
  return 'en';
}
