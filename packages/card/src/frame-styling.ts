const number = String.raw`-?(?:\d{1,4}|\d{0,4}\.\d{1,4})`;
const length = `(?:0|${number}(?:px|rem|em))`;
const component = `(?:${number}(?:%|deg|turn)?|none)`;
const separator = String.raw`(?: ?[,/] ?| )`;
/** Hexadecimal, a name, or a function of numbers alone: nothing in it could load, refer or calculate. */
const color = `(?:#(?:[\\da-f]{3,4}|[\\da-f]{6}|[\\da-f]{8})|[a-z]{3,30}|(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch)\\( ?${component}(?:${separator}${component}){2,3} ?\\))`;
const shadow = `(?:inset )?${length}(?: ${length}){1,3}(?: ${color})?`;
const family = String.raw`(?:[a-z][a-z\d-]*(?: [a-z\d-]+)*|"[a-z][a-z\d -]*"|'[a-z][a-z\d -]*')`;

const grammars = {
  color,
  length,
  radius: `${length}(?: ${length}){0,3}`,
  shadow: `none|${shadow}(?: ?, ?${shadow}){0,3}`,
  fontFamily: `${family}(?: ?, ?${family}){0,9}`,
  colorScheme: 'light|dark|auto',
} as const;

/** What the host page may set, each with the grammar of its value. The first seven are those of the contract. */
export const stylingGrammar = {
  primaryColor: 'color',
  secondaryColor: 'color',
  textColorMain: 'color',
  textColorSecondary: 'color',
  borderColor: 'color',
  borderRadius: 'radius',
  boxShadow: 'shadow',
  backgroundColor: 'color',
  fieldBackgroundColor: 'color',
  buttonTextColor: 'color',
  errorColor: 'color',
  focusColor: 'color',
  borderWidth: 'length',
  fontFamily: 'fontFamily',
  fontSize: 'length',
  spacing: 'length',
  colorScheme: 'colorScheme',
} as const satisfies Record<string, keyof typeof grammars>;

export type StylingKey = keyof typeof stylingGrammar;
export type Styling = Partial<Record<StylingKey, string>>;

const longestValue = 300;

const isStylingKey = (key: string): key is StylingKey => Object.hasOwn(stylingGrammar, key);

const isStylingValue = (key: StylingKey, value: unknown): value is string =>
  typeof value === 'string' &&
  value.length <= longestValue &&
  new RegExp(`^(?:${grammars[stylingGrammar[key]]})$`, 'i').test(value);

/** The values that can be used as they are, and the names of those that cannot. */
export function readStyling(given: Readonly<Record<string, unknown>>): { styling: Styling; refused: string[] } {
  const styling: Styling = {};
  const refused: string[] = [];
  for (const [key, value] of Object.entries(given)) {
    const plain = typeof value === 'string' ? value.trim().replaceAll(/[ \t\n]+/g, ' ') : value;
    if (value === undefined || value === null) continue;
    if (isStylingKey(key) && isStylingValue(key, plain)) styling[key] = plain;
    else refused.push(key);
  }
  return { styling, refused };
}

/** The CSS custom property that carries a value in the frame: `--onfile-text-color-main` for `textColorMain`. */
export const stylingProperty = (key: StylingKey): string =>
  `--onfile-${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
