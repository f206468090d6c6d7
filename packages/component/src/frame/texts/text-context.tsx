import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Translate } from './translate.ts';

/** The texts of the component's language, with its locale for `Intl`. */
export type TextContext = { t: Translate; locale: string };

const Context = createContext<TextContext>({ t: (key) => key, locale: 'en' });

export const TextProvider = Context.Provider;

export const useText = (): TextContext => useContext(Context);
