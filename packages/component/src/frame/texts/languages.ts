import type { FrameConfig } from '../host-port.ts';
import type { Texts } from './text-key.ts';

type Chunk<Content> = Promise<{ default: Content }>;

const languages = {
  cs: (): Chunk<Texts> => import('./cs.json', { with: { type: 'json' } }),
  de: (): Chunk<Texts> => import('./de.json', { with: { type: 'json' } }),
  en: (): Chunk<Texts> => import('./en.json', { with: { type: 'json' } }),
  es: (): Chunk<Texts> => import('./es.json', { with: { type: 'json' } }),
  fr: (): Chunk<Texts> => import('./fr.json', { with: { type: 'json' } }),
  hu: (): Chunk<Texts> => import('./hu.json', { with: { type: 'json' } }),
  it: (): Chunk<Texts> => import('./it.json', { with: { type: 'json' } }),
  nb: (): Chunk<Texts> => import('./nb.json', { with: { type: 'json' } }),
  nl: (): Chunk<Texts> => import('./nl.json', { with: { type: 'json' } }),
  pl: (): Chunk<Texts> => import('./pl.json', { with: { type: 'json' } }),
  ro: (): Chunk<Texts> => import('./ro.json', { with: { type: 'json' } }),
  ru: (): Chunk<Texts> => import('./ru.json', { with: { type: 'json' } }),
  sl: (): Chunk<Texts> => import('./sl.json', { with: { type: 'json' } }),
  sv: (): Chunk<Texts> => import('./sv.json', { with: { type: 'json' } }),
  tr: (): Chunk<Texts> => import('./tr.json', { with: { type: 'json' } }),
} as const;

/** What a country says differently from the rest of its language; the names are in lower case, to be found by. */
const variants = {
  'de-ch': (): Chunk<Partial<Texts>> => import('./de-CH.json', { with: { type: 'json' } }),
  'de-li': (): Chunk<Partial<Texts>> => import('./de-LI.json', { with: { type: 'json' } }),
  'en-ca': (): Chunk<Partial<Texts>> => import('./en-CA.json', { with: { type: 'json' } }),
  'en-gb': (): Chunk<Partial<Texts>> => import('./en-GB.json', { with: { type: 'json' } }),
  'en-us': (): Chunk<Partial<Texts>> => import('./en-US.json', { with: { type: 'json' } }),
  'fr-lu': (): Chunk<Partial<Texts>> => import('./fr-LU.json', { with: { type: 'json' } }),
} as const;

export type Language = keyof typeof languages;
type Variant = keyof typeof variants;

const isLanguage = (text: string): text is Language => Object.hasOwn(languages, text);
const isVariant = (text: string): text is Variant => Object.hasOwn(variants, text);

const languageSubtag = (locale: string): string => locale.split('-', 1)[0]?.toLowerCase() ?? '';

/** The language that is shown for a BCP 47 tag: a variant's own language, and English for those that there is none of. */
export const languageOf = (locale: string): Language => {
  const language = languageSubtag(locale);
  return isLanguage(language) ? language : 'en';
};

/**
 * The tag that the form is marked up and formatted as. A language that it does not speak is the page's only where the
 * shop brings texts of its own; English in a right-to-left form, or read out as Arabic, would help nobody.
 */
export function shownLocale({ locale, i18n }: Pick<FrameConfig, 'locale' | 'i18n'>): string {
  const isSpoken = isLanguage(languageSubtag(locale));
  return isSpoken || Object.keys(i18n).length > 0 ? locale : 'en';
}

/** The texts for a BCP 47 tag, loaded when they are first asked for: its language's, and its variant's over them. */
export async function loadTexts(locale: string): Promise<Texts> {
  const variant = locale.toLowerCase();
  const [language, differing] = await Promise.all([
    languages[languageOf(locale)](),
    isVariant(variant) ? variants[variant]() : { default: {} },
  ]);
  return { ...language.default, ...differing.default };
}
