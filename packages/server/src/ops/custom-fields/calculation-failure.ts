import { OnfileError } from '../../errors.ts';

/** Why a field could not be calculated, in a sentence that holds nothing of the record. */
export class CalculationFailure extends Error {
  override readonly name = 'CalculationFailure';
}

/** By the codes of the library's errors. */
const sentences: ReadonlyMap<string, string> = new Map([
  ['no_such_key', 'A value that it reads is not there.'],
  ['index_out_of_bounds', 'An item that it reads is not there.'],
  ['index_out_of_range', 'A part of a text that it reads is not there.'],
  ['division_by_zero', 'It divides by zero.'],
  ['modulo_by_zero', 'It divides by zero.'],
  ['numeric_overflow', 'A number gets too large.'],
  ['int_conversion_error', 'A text that it reads is not a number.'],
  ['double_conversion_error', 'A text that it reads is not a number.'],
  ['bool_conversion_error', 'A text that it reads is not true or false.'],
  ['no_such_overload', 'Its values are of types that do not go together.'],
  ['no_matching_overload', 'Its values are of types that do not go together.'],
]);

const other = 'The expression has no result for this record.';

/** The sentence for whatever went wrong: nothing that a calculation does is to block a write. */
export function failureSentence(error: unknown): string {
  if (error instanceof CalculationFailure) return error.message;
  if (error instanceof OnfileError) {
    return error.code === 'errormessage.card.number.found'
      ? 'The result looks like a card number.'
      : 'The result breaks the rules of the field.';
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return (typeof code === 'string' ? sentences.get(code) : undefined) ?? other;
}
