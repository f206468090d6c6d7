import type { MandateScheme } from '@onfile/card/mandate';
import { IntlMessageFormat } from 'intl-messageformat';
import type { CalculationFault } from '../contract/calculation-fault.ts';
import type { ErrorArgument } from '../contract/error-argument.ts';
import { errorArguments } from '../error-code-arguments.ts';
import type { OnfileError } from '../errors.ts';
import { type Catalog, catalogs, english, type TextKey } from './catalogs.ts';
import { type FindText, formatArgument, type TextSetting } from './format-argument.ts';

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

/** What the plurals of a text go by: the number of an argument, or how many a list has. */
function countOf({ value }: ErrorArgument): number {
  if ('values' in value) return value.values.length;
  if ('amount' in value) return value.amount;
  return 'value' in value && typeof value.value === 'number' ? value.value : 0;
}

/** `{0}` is the formatted argument, `{n0}` the number itself for plurals; one that is not given shows as a dash. */
function placeholders(error: OnfileError, formatted: readonly string[]): Record<string, string | number> {
  const values: Record<string, string | number> = {};
  for (const index of errorArguments[error.code].keys()) {
    const argument: ErrorArgument | undefined = error.args[index];
    values[index] = formatted[index] || '–';
    values[`n${index}`] = argument === undefined ? 0 : countOf(argument);
  }
  return values;
}

const textsOf =
  (catalog: Catalog): FindText =>
  (key) =>
    Object.hasOwn(catalog, key) ? catalog[key as TextKey] : undefined;

/** An argument alone, as a text of the locale shows it. */
export function formatOneArgument(argument: ErrorArgument, wanted: TextSetting): string {
  const { locale, catalog } = servedCatalog(wanted.locale);
  return formatArgument(argument, { ...wanted, locale }, textsOf(catalog));
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
  const args = error.args.map((argument) => formatArgument(argument, setting, textsOf(catalog)));
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

/**
 * Why a calculated field has no value, in a sentence of the locale, or in English where it has no catalog. A code of a
 * later version, which a server that is updated at this moment has written, tells only that there is none.
 */
export function formatCalculationFault({ code, reads = '' }: CalculationFault, wanted: string): string {
  const { locale, catalog } = servedCatalog(wanted);
  const known = Object.hasOwn(catalog, `calculation.${code}`) ? code : 'no.result';
  return String(textOf(`calculation.${known}`, locale, catalog).format({ field: reads }));
}
