import type { ErrorArgument } from '../errors.ts';

/** Where a text is read: the locale that its values are written in, and the IANA zone of its instants. */
export type TextSetting = { locale: string; timeZone: string };

// Building an Intl formatter costs some 20 µs, using one under 1 µs; locales and zones are few.
const formatters = new Map<string, { format(value: unknown): string }>();

function cached<Value>(key: string, build: () => { format(value: Value): string }): { format(value: Value): string } {
  const known = formatters.get(key);
  if (known !== undefined) return known;
  const built = build();
  formatters.set(key, built);
  return built;
}

const integers = (locale: string) => cached<number>(`integer ${locale}`, () => new Intl.NumberFormat(locale));

const lists = (locale: string) =>
  cached<string[]>(`list ${locale}`, () => new Intl.ListFormat(locale, { type: 'conjunction' }));

const terms = (locale: string, unit: string) =>
  cached<number>(
    `term ${unit} ${locale}`,
    () => new Intl.NumberFormat(locale, { style: 'unit', unit: unit.toLowerCase(), unitDisplay: 'long' }),
  );

const dates = (locale: string) =>
  cached<Date>(`date ${locale}`, () => new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }));

const instants = ({ locale, timeZone }: TextSetting) =>
  cached<Date>(
    `instant ${timeZone} ${locale}`,
    () => new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'long', timeZone }),
  );

/** One argument of an error's text as people read it. `enumText` names an enum's value, where the catalog has it. */
export function formatArgument(
  argument: ErrorArgument,
  setting: TextSetting,
  enumText: (value: string) => string | undefined,
): string {
  switch (argument.type) {
    case 'TIMESTAMP':
      return instants(setting).format(new Date(argument.value.value));
    case 'DATE':
      return dates(setting.locale).format(new Date(argument.value.value));
    case 'INTEGER':
      return integers(setting.locale).format(argument.value.value);
    case 'STRING':
      return argument.value.value;
    case 'TERM':
      return terms(setting.locale, argument.value.unit).format(argument.value.value);
    case 'ENUM':
      return enumText(argument.value.value) ?? argument.value.value;
    case 'PERMISSION_LIST':
    default:
      return lists(setting.locale).format(argument.value.values);
  }
}
