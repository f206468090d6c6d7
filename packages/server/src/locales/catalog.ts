import type { MandateScheme } from '@onfile/card/mandate';
import { IntlMessageFormat } from 'intl-messageformat';
import { type ErrorArgument, errorArguments, type OnfileError } from '../errors.ts';
import { type Catalog, catalogs, english, type TextKey } from './catalogs.ts';
import { formatArgument, type TextSetting } from './format-argument.ts';

const compiled = new Map<string, IntlMessageFormat>();

/** The locale that a text is really in: `en` where the wanted language has no catalog. */
function servedCatalog(wanted: string): { locale: string; catalog: Catalog } {
  const catalog = catalogs.get(wanted) ?? catalogs.get(wanted.slice(0, wanted.search(/-|$/)));
  return catalog ? { locale: wanted, catalog } : { locale: 'en', catalog: english };
}

function textOf(key: TextKey, locale: string, catalog: Catalog): IntlMessageFormat {
  const name = `${locale} ${key}`;
  const known = compiled.get(name);
  if (known !== undefined) return known;
  const text = new IntlMessageFormat(catalog[key], locale, undefined, { ignoreTag: true });
  compiled.set(name, text);
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
  const { locale, catalog } = servedCatalog(wanted.locale);
  const setting = { locale, timeZone: wanted.timeZone };
  const args = error.args.map((argument) => formatArgument(argument, setting, (value) => catalog[`enum.${value}`]));
  const errorMessage = String(textOf(error.code, locale, catalog).format(placeholders(error, args)));
  return { errorMessage, args, typedArgs: [...error.args], locale };
}

/** The text of a mandate, its placeholders filled in, and the locale that it is really in. */
export function formatMandate(
  scheme: MandateScheme,
  values: Readonly<Record<string, string>>,
  wanted: string,
): { text: string; locale: string } {
  const { locale, catalog } = servedCatalog(wanted);
  return { text: String(textOf(`mandate.${scheme}`, locale, catalog).format(values)), locale };
}
