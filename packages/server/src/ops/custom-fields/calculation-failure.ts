import type { CalculationFault, CalculationFaultCode } from '../../contract/calculation-fault.ts';
import { OnfileError } from '../../errors.ts';

/** A field that could not be calculated. */
export class CalculationFailure extends Error {
  override readonly name = 'CalculationFailure';
  readonly fault: CalculationFault;

  constructor(code: CalculationFaultCode, reads?: string) {
    super(code);
    this.fault = reads === undefined ? { code } : { code, reads };
  }
}

/** By the codes of the library's errors. */
const faults: ReadonlyMap<string, CalculationFaultCode> = new Map([
  ['no_such_key', 'value.missing'],
  ['index_out_of_bounds', 'item.missing'],
  ['index_out_of_range', 'text.part.missing'],
  ['division_by_zero', 'division.by.zero'],
  ['modulo_by_zero', 'division.by.zero'],
  ['numeric_overflow', 'number.too.large'],
  ['int_conversion_error', 'text.not.number'],
  ['double_conversion_error', 'text.not.number'],
  ['bool_conversion_error', 'text.not.boolean'],
  ['no_such_overload', 'types.mismatch'],
  ['no_matching_overload', 'types.mismatch'],
]);

/** What went wrong, whatever it was: nothing that a calculation does is to block a write. */
export function faultOf(error: unknown): CalculationFault {
  if (error instanceof CalculationFailure) return error.fault;
  if (error instanceof OnfileError) {
    return { code: error.code === 'errormessage.card.number.found' ? 'result.card.number' : 'result.not.allowed' };
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return { code: (typeof code === 'string' ? faults.get(code) : undefined) ?? 'no.result' };
}
