import { IntlMessageFormat } from 'intl-messageformat';
import { type ErrorArgument, type ErrorCode, errorArguments, type OnfileError } from '../errors.ts';
import de from './de.json' with { type: 'json' };
import en from './en.json' with { type: 'json' };
import { formatArgument, type TextSetting } from './format-argument.ts';

type Catalog = Record<ErrorCode, string> & Record<`enum.${string}`, string>;

const catalogs: ReadonlyMap<string, Catalog> = new Map([
  ['en', en satisfies Record<ErrorCode, string>],
  ['de', de satisfies Record<ErrorCode, string>],
]);
const compiled = new Map<string, IntlMessageFormat>();

function textOf(code: ErrorCode, locale: string, catalog: Catalog): IntlMessageFormat {
  const key = `${locale} ${code}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const text = new IntlMessageFormat(catalog[code], locale, undefined, { ignoreTag: true });
  compiled.set(key, text);
  return text;
}

/** `{0}` is the formatted argument, `{n0}` the number itself for plurals; one that is not given shows as a dash. */
function placeholders(error: OnfileError, formatted: readonly string[]): Record<string, string | number> {
  const values: Record<string, string | number> = {};
  for (const index of errorArguments[error.code].keys()) {
    const argument: ErrorArgument | undefined = error.args[index];
    values[index] = formatted[index] || '–';
    values[`n${index}`] = argument !== undefined && 'value' in argument.value ? Number(argument.value.value) : 0;
  }
  return values;
}

export type FormattedError = {
  errorMessage: string;
  args: string[];
  typedArgs: ErrorArgument[];
  /** The locale that the text is really in: `en` where the wanted language has no catalog. */
  locale: string;
};

/** The text of an error and its arguments, written for a locale and a time zone. */
export function formatError(error: OnfileError, wanted: TextSetting): FormattedError {
  const language = wanted.locale.slice(0, wanted.locale.search(/-|$/));
  const locale = catalogs.has(language) ? wanted.locale : 'en';
  const catalog: Catalog = catalogs.get(language) ?? en;
  const setting = { locale, timeZone: wanted.timeZone };
  const args = error.args.map((argument) => formatArgument(argument, setting, (value) => catalog[`enum.${value}`]));
  const errorMessage = String(textOf(error.code, locale, catalog).format(placeholders(error, args)));
  return { errorMessage, args, typedArgs: [...error.args], locale };
}
