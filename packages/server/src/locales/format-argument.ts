import { type ArgumentOf, type ErrorArgument, weekdays } from '../contract/error-argument.ts';
import { formatter } from './formatters.ts';

/** Where a text is read: the locale that its values are written in, and the IANA zone of its instants. */
export type TextSetting = { locale: string; timeZone: string };

/** The text of a key in the catalog of the locale, undefined where it has none. */
export type FindText = (key: string) => string | undefined;

const kilobyte = 1024;
const megabyte = kilobyte * kilobyte;
/** Significant digits that tell any two doubles apart. */
const allDigits = 17;
/** A leap year that began on a Monday, so that it has every day of a year and the week in its first days. */
const anyYear = 2024;
const midnight = '00:00';

const at = (month: number, day: number, time = midnight): Date => {
  const [hours, minutes] = time.split(':').map(Number);
  return new Date(Date.UTC(anyYear, month - 1, day, hours, minutes));
};

const number = (locale: string, value: number): string =>
  formatter(`number ${locale}`, () => new Intl.NumberFormat(locale, { maximumSignificantDigits: allDigits })).format(
    value,
  );

const inUnit = (locale: string, unit: string, value: number): string =>
  formatter(
    `unit ${unit} ${locale}`,
    () => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 1 }),
  ).format(value);

const term = (locale: string, { value, unit }: ArgumentOf<'TERM'>['value']): string =>
  formatter(
    `term ${unit} ${locale}`,
    () =>
      new Intl.NumberFormat(locale, {
        style: 'unit',
        unit: unit.toLowerCase(),
        unitDisplay: 'long',
        maximumSignificantDigits: allDigits,
      }),
  ).format(value);

const list = (locale: string, items: readonly string[]): string =>
  formatter(`list ${locale}`, () => new Intl.ListFormat(locale, { type: 'conjunction' })).format(items);

const money = (locale: string, { amount, currency }: ArgumentOf<'MONEY'>['value']): string =>
  formatter(`money ${currency} ${locale}`, () => new Intl.NumberFormat(locale, { style: 'currency', currency })).format(
    amount,
  );

type Look = Intl.DateTimeFormatOptions & { timeZone: string };

const dateTime = (locale: string, look: Look): Intl.DateTimeFormat =>
  formatter(`${JSON.stringify(look)} ${locale}`, () => new Intl.DateTimeFormat(locale, look));

const utc = { timeZone: 'UTC' } as const;

/** Of 1024 each, as whoever reads a limit of ours counts them; of large ones a tenth is enough. */
function bytes(locale: string, value: number): string {
  if (value < kilobyte) return inUnit(locale, 'byte', value);
  if (value < megabyte) return inUnit(locale, 'kilobyte', value / kilobyte);
  return inUnit(locale, 'megabyte', value / megabyte);
}

function availability(locale: string, { day, from, to }: ArgumentOf<'AVAILABILITY_LIST'>['value']['values'][number]) {
  const date = weekdays.indexOf(day) + 1;
  const look = { weekday: 'long', hour: 'numeric', minute: '2-digit', ...utc } as const;
  return dateTime(locale, look).formatRange(at(1, date, from), at(1, date, to));
}

/** One argument of an error's text as people read it. `textOf` finds the words of enums, keys, yes and no. */
export function formatArgument(argument: ErrorArgument, setting: TextSetting, textOf: FindText): string {
  const { locale, timeZone } = setting;
  const word = (key: string): string => textOf(key) ?? textOf(`field.${key}`) ?? key;
  switch (argument.type) {
    case 'TIMESTAMP':
      return dateTime(locale, { dateStyle: 'long', timeStyle: 'long', timeZone }).format(
        new Date(argument.value.value),
      );
    case 'BOOLEAN':
      return word(`argument.${argument.value.value}`);
    case 'DATE':
      return dateTime(locale, { dateStyle: 'long', ...utc }).format(new Date(argument.value.value));
    case 'MONTH_DAY':
      return dateTime(locale, { month: 'long', day: 'numeric', ...utc }).format(
        at(argument.value.month, argument.value.day),
      );
    case 'TIME':
      return dateTime(locale, { timeStyle: 'short', ...utc }).format(at(1, 1, argument.value.value));
    case 'TERM':
      return term(locale, argument.value);
    case 'TERM_LIST':
      return list(
        locale,
        argument.value.values.map((one) => term(locale, one)),
      );
    case 'INTEGER':
    case 'DECIMAL':
      return number(locale, argument.value.value);
    case 'STRING':
      return argument.value.value;
    case 'MONEY':
      return money(locale, argument.value);
    case 'LIMITABLE_CONFIG_PROPERTY': {
      const { value, unit } = argument.value;
      if (value === null) return word('argument.unlimited');
      return unit === 'BYTE' ? bytes(locale, value) : number(locale, value);
    }
    case 'I18N_KEY':
      return word(argument.value.value);
    case 'I18N_KEY_LIST':
      return list(locale, argument.value.values.map(word));
    case 'PERMISSION_LIST':
      return list(locale, argument.value.values);
    case 'ENUM':
      return textOf(`enum.${argument.value.value}`) ?? argument.value.value;
    case 'AVAILABILITY_LIST':
      return argument.value.values.map((one) => availability(locale, one)).join('; ');
  }
}
