import { Environment } from '@marcbachmann/cel-js';
import type { CustomFieldRow } from '../../store/custom-fields.ts';
import { CalculationFailure } from './calculation-failure.ts';
import {
  AddressValue,
  addressInputs,
  FieldValues,
  type Input,
  inputOf,
  RecordValue,
  recordInputs,
} from './calculation-inputs.ts';
import { findsPattern, patternFunction } from './calculation-pattern.ts';

const typesOf = (inputs: Readonly<Record<string, Input>>) =>
  Object.fromEntries(Object.entries(inputs).map(([name, { type }]) => [name, type]));

const day = /^\d{4}-\d{2}-\d{2}$/;
const dayMs = 86_400_000;

/** Days from 1970-01-01 to a date, YYYY-MM-DD: dates are subtracted by it. Nothing here knows what day it is. */
function daysOf(date: string): bigint {
  const at = day.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  if (!Number.isFinite(at) || new Date(at).toISOString().slice(0, 10) !== date) {
    throw new CalculationFailure('text.not.date');
  }
  return BigInt(at / dayMs);
}

type Arithmetic = (left: number, right: number) => number;
const arithmetic: readonly (readonly [string, Arithmetic])[] = [
  ['+', (left, right) => left + right],
  ['-', (left, right) => left - right],
  ['*', (left, right) => left * right],
  ['/', (left, right) => left / right],
];

/** CEL keeps whole numbers apart; ours are doubles, and `fields.seats__c * 2` is what people write. */
function withMixedNumbers(language: Environment): Environment {
  for (const [sign, calculate] of arithmetic) {
    const mixed = (left: number | bigint, right: number | bigint) => calculate(Number(left), Number(right));
    language.registerOperator(`double ${sign} int: double`, mixed);
    language.registerOperator(`int ${sign} double: double`, mixed);
  }
  return language.registerOperator('double == int: bool', (left: number, right: bigint) => left === Number(right));
}

/** Nested this deep and this large an expression is read; what it costs is reckoned apart. */
const limits = { maxAstNodes: 500, maxDepth: 24, maxListElements: 200, maxMapEntries: 200, maxCallArguments: 4 };

const common = withMixedNumbers(
  new Environment({ homogeneousAggregateLiterals: false, limits })
    .registerType('BillingAddress', { ctor: AddressValue, fields: typesOf(addressInputs) })
    .registerType('Record', { ctor: RecordValue, fields: typesOf(recordInputs) })
    .registerVariable('record', 'Record')
    .registerFunction('days(string): int', daysOf)
    .registerFunction(`string.${patternFunction}(string): bool`, findsPattern),
);

/** CEL as a tenant's calculations speak it: `record`, and `fields` with a type for each defined field. */
export function calculationLanguage(definitions: readonly CustomFieldRow[]): Environment {
  const fields = Object.fromEntries(
    definitions.map(({ custom_field_id, definition }) => [custom_field_id, inputOf(definition).type]),
  );
  return common
    .clone()
    .registerType('Fields', { ctor: FieldValues, fields })
    .registerVariable('fields', 'Fields')
    .registerOperator('string in Fields: bool', (id: string, values: object) => Object.hasOwn(values, id));
}
