import { type Static, type TProperties, Type } from 'typebox';
import { oneOf } from './schema.ts';

const closed = <Properties extends TProperties>(properties: Properties) =>
  Type.Object(properties, { additionalProperties: false });

const timeOfDay = (description: string) => Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description });

/** The units that a term is counted in; `Intl` knows the words for each of them. */
export const termUnits = ['SECOND', 'MINUTE', 'HOUR', 'DAY', 'WEEK', 'MONTH', 'YEAR'] as const;

/** Monday first, as ISO 8601 counts them. */
export const weekdays = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const;

const Term = closed({ value: Type.Number(), unit: oneOf(termUnits) });

const Availability = closed({
  day: oneOf(weekdays),
  from: timeOfDay('Local time, `HH:MM`'),
  to: timeOfDay('Later on the same day'),
});

/** The value of an argument by its type: the 17 types of the contract, each an object. */
export const argumentValues = {
  TIMESTAMP: closed({
    value: Type.String({
      format: 'date-time',
      description: 'An instant, in UTC; shown in the time zone of the tenant',
    }),
  }),
  BOOLEAN: closed({ value: Type.Boolean() }),
  DATE: closed({ value: Type.String({ format: 'date', description: 'A calendar day, in no time zone' }) }),
  MONTH_DAY: closed({
    month: Type.Integer({ minimum: 1, maximum: 12 }),
    day: Type.Integer({ minimum: 1, maximum: 31, description: 'A day of every year' }),
  }),
  TIME: closed({ value: timeOfDay('A time of day, `HH:MM`, in no time zone') }),
  TERM: Term,
  TERM_LIST: closed({ values: Type.Array(Term) }),
  INTEGER: closed({ value: Type.Integer() }),
  DECIMAL: closed({ value: Type.Number() }),
  STRING: closed({ value: Type.String({ description: 'Shown as it is in every language' }) }),
  MONEY: closed({
    amount: Type.Number({ description: 'In major units' }),
    currency: Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217' }),
  }),
  LIMITABLE_CONFIG_PROPERTY: closed({
    value: Type.Unsafe<number | null>({ type: ['number', 'null'], description: 'A limit; null: there is none' }),
    unit: oneOf(['COUNT', 'BYTE'], { description: 'A limit in bytes is shown in kB or MB, of 1024 and 1024² bytes' }),
  }),
  I18N_KEY: closed({
    value: Type.String({ description: 'The key of a word; one that has no text in the language is shown as it is' }),
  }),
  I18N_KEY_LIST: closed({ values: Type.Array(Type.String(), { description: 'Keys of words' }) }),
  PERMISSION_LIST: closed({ values: Type.Array(Type.String(), { description: 'Scopes' }) }),
  ENUM: closed({ value: Type.String({ description: 'One of a closed list; shown in words' }) }),
  AVAILABILITY_LIST: closed({ values: Type.Array(Availability) }),
} as const satisfies Record<string, ReturnType<typeof closed>>;

export type ArgumentType = keyof typeof argumentValues;

export const argumentTypes = Object.keys(argumentValues) as ArgumentType[];

/** An argument of one type. */
export type ArgumentOf<Of extends ArgumentType> = { type: Of; value: Static<(typeof argumentValues)[Of]> };

/** A typed argument of an error text: formatted for `args` by the caller's locale, sent as it is in `typedArgs`. */
export type ErrorArgument = { [Type in ArgumentType]: ArgumentOf<Type> }[ArgumentType];
