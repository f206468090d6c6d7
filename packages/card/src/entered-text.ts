import { toPlainDigits } from './digits.ts';

const separators = /[\s\p{Pd}\p{Cf}\u2212]/gu;

/** An entered text without what people put between groups: spaces, dashes and characters that cannot be seen. */
const withoutSeparators = (entered: string): string => entered.replace(separators, '');

/**
 * An entered number as digits only, with digits of any script made plain and separators taken out; `undefined` when
 * anything else is left, or nothing.
 */
export const enteredDigits = (entered: string): string | undefined => {
  const digits = withoutSeparators(toPlainDigits(entered));
  return /^[0-9]+$/.test(digits) ? digits : undefined;
};

/**
 * An entered code of letters A to Z and digits, in upper case and without separators; `undefined` when anything else is
 * left, or nothing. Look-alikes of other scripts are not translated: a Cyrillic А is no A, and nobody means it as one.
 */
export const enteredCode = (entered: string): string | undefined => {
  const code = withoutSeparators(entered);
  return /^[0-9A-Za-z]+$/.test(code) ? code.toUpperCase() : undefined;
};
