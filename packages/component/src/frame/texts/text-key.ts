/** The name of a text; `en.json` says which there are. */
export type TextKey = keyof typeof import('./en.json');

/** All texts of a language: one that lacks a key does not compile. */
export type Texts = Readonly<Record<TextKey, string>>;
