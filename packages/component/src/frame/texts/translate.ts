import type { TextKey, Texts } from './text-key.ts';

/** A text with its `{placeholders}` filled in. */
export type Translate = (key: TextKey, values?: Readonly<Record<string, string>>) => string;

/**
 * Texts of one language with the shop's own in their place, or the keys themselves, for whoever writes such overrides.
 * Replacement alone: what depends on a number is made whole by `Intl` before, so that no text needs plural forms.
 */
export const createTranslate =
  (texts: Texts, overrides: Readonly<Record<string, string>>, showKeys: boolean): Translate =>
  (key, values = {}) => {
    if (showKeys) return key;
    const text = Object.hasOwn(overrides, key) ? (overrides[key] ?? texts[key]) : texts[key];
    return text.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => values[name] ?? placeholder);
  };

const rightToLeft = /^(?:ar|ckb|dv|fa|he|ps|sd|ug|ur|yi)(?:-|$)/i;

/** How a language is written. */
export const directionOf = (locale: string): 'ltr' | 'rtl' => (rightToLeft.test(locale) ? 'rtl' : 'ltr');
