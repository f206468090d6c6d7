import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { Value } from 'typebox/value';
import {
  type ArgumentOf,
  type ArgumentType,
  argumentTypes,
  argumentValues,
  type ErrorArgument,
  termUnits,
  weekdays,
} from '../contract/error-argument.ts';
import { errorArguments } from '../error-code-arguments.ts';
import type { ErrorCode } from '../error-codes.ts';
import { OnfileError } from '../errors.ts';
import { formatError, formatOneArgument } from './catalog.ts';
import { locales } from './negotiate.ts';

const moment = fc.date({ min: new Date('1970-01-01'), max: new Date('2200-01-01'), noInvalidDate: true });
const text = fc.oneof(fc.string(), fc.constantFrom('{0}', '{n0, plural, other {#}}', "'", '<b>', '#', '%s', '\u202e'));
const minuteOfDay = fc.integer({ min: 0, max: 1439 });
const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
const decimal = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }).map((value) => value + 0);
const term = fc.record({
  value: fc.oneof(fc.nat(), fc.double({ min: 0, max: 1e6, noNaN: true })),
  unit: fc.constantFrom(...termUnits),
});
const fractionDigits = { CHF: 2, EUR: 2, JPY: 0, KWD: 3 };
const money = fc
  .tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.constantFrom('CHF', 'EUR', 'JPY', 'KWD'))
  .map(([minor, currency]) => ({ amount: minor / 10 ** fractionDigits[currency], currency }));
const key = fc.constantFrom('argument.true', 'enum.string', 'name', 'constructor', '__proto__', 'a__c');
const availability = fc
  .tuple(fc.constantFrom(...weekdays), minuteOfDay, minuteOfDay)
  .filter(([, one, other]) => one !== other)
  .map(([day, one, other]) => ({ day, from: clock(Math.min(one, other)), to: clock(Math.max(one, other)) }));
const some = { minLength: 1, maxLength: 4 };

const values: { [Type in ArgumentType]: fc.Arbitrary<ArgumentOf<Type>['value']> } = {
  TIMESTAMP: moment.map((at) => ({ value: at.toISOString() })),
  BOOLEAN: fc.boolean().map((value) => ({ value })),
  DATE: moment.map((at) => ({ value: at.toISOString().slice(0, 10) })),
  MONTH_DAY: moment.map((at) => ({ month: at.getUTCMonth() + 1, day: at.getUTCDate() })),
  TIME: minuteOfDay.map((minute) => ({ value: clock(minute) })),
  TERM: term,
  TERM_LIST: fc.array(term, some).map((terms) => ({ values: terms })),
  INTEGER: fc.maxSafeInteger().map((value) => ({ value })),
  DECIMAL: decimal.map((value) => ({ value })),
  STRING: text.map((value) => ({ value })),
  MONEY: money,
  LIMITABLE_CONFIG_PROPERTY: fc.record({
    value: fc.oneof(fc.constant(null), fc.nat()),
    unit: fc.constantFrom('COUNT', 'BYTE'),
  }),
  I18N_KEY: key.map((value) => ({ value })),
  I18N_KEY_LIST: fc.array(key, some).map((keys) => ({ values: keys })),
  PERMISSION_LIST: fc.array(text, { maxLength: 4 }).map((scopes) => ({ values: scopes })),
  ENUM: fc.oneof(text, fc.constantFrom('CREATED', 'CONTACT', 'string')).map((value) => ({ value })),
  AVAILABILITY_LIST: fc.array(availability, some).map((times) => ({ values: times })),
};

const argument = (type: ArgumentType): fc.Arbitrary<ErrorArgument> =>
  (values[type] as fc.Arbitrary<ErrorArgument['value']>).map((value) => ({ type, value }) as ErrorArgument);

const codes = Object.keys(errorArguments) as ErrorCode[];
const error = fc
  .constantFrom(...codes)
  .chain((code) => fc.tuple(...errorArguments[code].map(argument)).map((args) => new OnfileError(code, { args })));
const setting = fc.record({
  locale: fc.constantFrom(...locales),
  timeZone: fc.constantFrom('UTC', 'Europe/Zurich', 'Asia/Kathmandu', 'Pacific/Kiritimati'),
});

/** The number that a text of the locale stands for. */
function read(shown: string, locale: string): number {
  const parts = new Intl.NumberFormat(locale).formatToParts(-12_345.6);
  const sign = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  const digits = Array.from(shown)
    .filter((one) => /\d/.test(one) || one === sign('decimal'))
    .join('');
  return (/[-−]/.test(shown) ? -1 : 1) * Number(digits.replace(sign('decimal'), '.'));
}

it('an error tells all of its arguments in every language, and whatever they hold stays as it is', () => {
  fc.assert(
    fc.property(error, setting, (failure, wanted) => {
      const { errorMessage, args, typedArgs, locale } = formatError(failure, wanted);
      assert.equal(locale, wanted.locale);
      assert.deepEqual(typedArgs, failure.args);
      assert.deepEqual(
        args,
        typedArgs.map((one) => formatOneArgument(one, wanted)),
      );
      assert.equal(args.length, errorArguments[failure.code].length);
      for (const [n, one] of failure.args.entries()) {
        if (one.type === 'STRING') assert.equal(args[n], one.value.value);
      }
      for (const shown of args) assert.ok(errorMessage.includes(shown), `${errorMessage} lacks ${shown}`);
    }),
    { numRuns: 2000 },
  );
});

describe('an argument of an error', () => {
  for (const type of argumentTypes) {
    it(`of the type ${type} has the shape that is documented, and a text in every language`, () => {
      fc.assert(
        fc.property(argument(type), setting, (one, wanted) => {
          assert.ok(Value.Check(argumentValues[type], one.value), JSON.stringify(one));
          const shown = formatOneArgument(one, wanted);
          if (type === 'STRING' || type === 'ENUM' || type === 'PERMISSION_LIST') return;
          assert.match(shown, /\S/);
          assert.doesNotMatch(shown, /[{}]|undefined|NaN|Invalid|null|\[object/);
        }),
        { numRuns: 300 },
      );
    });
  }

  it('that is a number is read as the same number by people of every language', () => {
    fc.assert(
      fc.property(values.INTEGER, values.DECIMAL, values.MONEY, setting, (integer, fraction, sum, wanted) => {
        const inText = (one: ErrorArgument) => formatOneArgument(one, wanted);
        assert.equal(read(inText({ type: 'INTEGER', value: integer }), wanted.locale), integer.value);
        const shown = inText({ type: 'DECIMAL', value: fraction });
        assert.ok(Object.is(read(shown, wanted.locale) + 0, fraction.value), `${shown} for ${fraction.value}`);
        const paid = inText({ type: 'MONEY', value: sum });
        assert.equal(read(paid, wanted.locale) + 0, sum.amount + 0);
      }),
      { numRuns: 1000 },
    );
  });

  it('shows an instant in the time zone of the tenant, and days and times of day in none', () => {
    const wanted = { locale: 'en-GB', timeZone: 'Pacific/Kiritimati' };
    assert.match(
      formatOneArgument({ type: 'TIMESTAMP', value: { value: '2026-01-31T12:00:00Z' } }, wanted),
      /^1 February 2026 at 02:00:00/,
    );
    assert.equal(formatOneArgument({ type: 'DATE', value: { value: '2026-01-31' } }, wanted), '31 January 2026');
    assert.equal(formatOneArgument({ type: 'TIME', value: { value: '14:05' } }, wanted), '14:05');
    assert.equal(formatOneArgument({ type: 'MONTH_DAY', value: { month: 2, day: 29 } }, wanted), '29 February');
  });

  it('counts in the plurals of the language', () => {
    const minutes = (value: number) =>
      formatOneArgument({ type: 'TERM', value: { value, unit: 'MINUTE' } }, { locale: 'pl', timeZone: 'UTC' });
    assert.deepEqual([1, 2, 5, 22, 1.5].map(minutes), ['1 minuta', '2 minuty', '5 minut', '22 minuty', '1,5 minuty']);
  });

  it('shows a limit in bytes in the unit that people read, and one that is none in words', () => {
    const shown = (value: number | null, locale: string) =>
      formatOneArgument(
        { type: 'LIMITABLE_CONFIG_PROPERTY', value: { value, unit: 'BYTE' } },
        { locale, timeZone: 'UTC' },
      );
    assert.deepEqual(
      [shown(32_768, 'en'), shown(16_777_216, 'fr'), shown(1_572_864, 'de'), shown(null, 'de')],
      ['32 kilobytes', '16\u00a0mégaoctets', '1,5 Megabyte', 'unbegrenzt'],
    );
  });
});
