import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as fc from 'fast-check';
import { type ArgumentType, type ErrorArgument, type ErrorCode, errorArguments, OnfileError } from '../errors.ts';
import { formatError } from './catalog.ts';
import { locales } from './negotiate.ts';

const moment = fc.date({ min: new Date('1970-01-01'), max: new Date('2200-01-01'), noInvalidDate: true });
const text = fc.oneof(fc.string(), fc.constantFrom('{0}', '{n0, plural, other {#}}', "'", '<b>', '#', '%s', '\u202e'));

const argumentsOf: { [Type in ArgumentType]: fc.Arbitrary<Extract<ErrorArgument, { type: Type }>> } = {
  TIMESTAMP: moment.map((at) => ({ type: 'TIMESTAMP', value: { value: at.toISOString() } })),
  DATE: moment.map((at) => ({ type: 'DATE', value: { value: at.toISOString().slice(0, 10) } })),
  INTEGER: fc.integer().map((value) => ({ type: 'INTEGER', value: { value } })),
  STRING: text.map((value) => ({ type: 'STRING', value: { value } })),
  TERM: fc
    .tuple(fc.nat(), fc.constantFrom('SECOND', 'MINUTE', 'HOUR', 'DAY'))
    .map(([value, unit]) => ({ type: 'TERM', value: { value, unit } })),
  ENUM: fc
    .oneof(text, fc.constantFrom('CREATED', 'CONTACT', 'STRING'))
    .map((value) => ({ type: 'ENUM', value: { value } })),
  PERMISSION_LIST: fc.array(text, { maxLength: 4 }).map((values) => ({ type: 'PERMISSION_LIST', value: { values } })),
};

const codes = Object.keys(errorArguments) as ErrorCode[];
const error = fc
  .constantFrom(...codes)
  .chain((code) =>
    fc.tuple(...errorArguments[code].map((type) => argumentsOf[type])).map((args) => new OnfileError(code, { args })),
  );
const setting = fc.record({
  locale: fc.constantFrom(...locales),
  timeZone: fc.constantFrom('UTC', 'Europe/Zurich', 'Asia/Kathmandu', 'Pacific/Kiritimati'),
});

it('an error tells all of its arguments in every language, and whatever they hold stays as it is', () => {
  fc.assert(
    fc.property(error, setting, (failure, wanted) => {
      const { errorMessage, args, typedArgs, locale } = formatError(failure, wanted);
      assert.equal(locale, wanted.locale);
      assert.deepEqual(typedArgs, failure.args);
      assert.equal(args.length, errorArguments[failure.code].length);
      for (const [n, argument] of failure.args.entries()) {
        if (argument.type === 'STRING') assert.equal(args[n], argument.value.value);
      }
      for (const shown of args) assert.ok(errorMessage.includes(shown), `${errorMessage} lacks ${shown}`);
    }),
    { numRuns: 2000 },
  );
});
