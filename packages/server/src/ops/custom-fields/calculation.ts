import { type ASTNode, type Environment, ParseError, type ParseResult, TypeError } from '@marcbachmann/cel-js';
import type { CustomFieldType } from '../../contract/custom-field.ts';
import { enumArgument, OnfileError } from '../../errors.ts';
import type { CustomFieldRow } from '../../store/custom-fields.ts';
import { notUnderstood, reckon } from './calculation-cost.ts';
import { inputOf } from './calculation-inputs.ts';
import { calculationLanguage } from './calculation-language.ts';
import type { Shape } from './calculation-shape.ts';

/** The expression of a calculated field, ready to be evaluated. */
export type Calculation = {
  field: CustomFieldRow;
  evaluate: ParseResult;
  /** The custom fields that it reads, with how large their values were taken to be. */
  reads: ReadonlyMap<string, Shape>;
  /** What it takes at most, see `reckon`. */
  steps: number;
};

/** What CEL may call a result that fits the type; `dyn` shows when it is there. A file is uploaded, not calculated. */
const resultTypes: Readonly<Record<CustomFieldType, { matches: RegExp; name: string }>> = {
  boolean: { matches: /^(?:bool|dyn)$/, name: 'boolean' },
  file: { matches: /^$/, name: 'file' },
  list: { matches: /^(?:list.*|dyn)$/, name: 'array' },
  numeric: { matches: /^(?:double|int|dyn)$/, name: 'number' },
  string: { matches: /^(?:string|dyn)$/, name: 'string' },
  table: { matches: /^(?:list.*|dyn)$/, name: 'array' },
};

/** In units of UTF-16, of all its texts: each is looked at, for card numbers and by the rules of the field. */
export const longestResult = 20_000;

/** Compiles the calculations of the definitions one by one: what a set of definitions has in common is made once. */
export function calculationCompiler(definitions: readonly CustomFieldRow[]): (field: CustomFieldRow) => Calculation {
  const language = calculationLanguage(definitions);
  const shapes = new Map(
    definitions.map((row): [string, Shape] => [row.custom_field_id, inputOf(row.definition).shape]),
  );
  return (field) => compile(field, language, shapes);
}

/** Throws 400 with the reference `calculation` for an expression that cannot be used. */
function compile(field: CustomFieldRow, language: Environment, shapes: ReadonlyMap<string, Shape>): Calculation {
  const evaluate = understood(() => language.parse(field.definition.calculation ?? ''));
  const { steps, shape, reads } = reckon(evaluate.ast, shapes);
  const { valid, type = '', error } = evaluate.check();
  if (!valid) throw notUnderstood(positionOf(error), error);
  const { matches, name } = resultTypes[field.definition.type];
  if (!matches.test(type)) {
    throw new OnfileError('errormessage.calculation.type', { args: [enumArgument(name)], reference: 'calculation' });
  }
  return { field, evaluate, reads, steps: steps + Math.min(shape.chars, longestResult) };
}

function understood<Result extends { ast: ASTNode }>(parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    throw notUnderstood(positionOf(error), error);
  }
}

const positionOf = (error: unknown): number =>
  error instanceof ParseError || error instanceof TypeError ? (error.range?.start ?? 0) : 0;
