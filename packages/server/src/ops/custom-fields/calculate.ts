import type { CalculationFault } from '../../contract/calculation-fault.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import type { CustomFieldRow } from '../../store/custom-fields.ts';
import type { Calculation } from './calculation.ts';
import { CalculationFailure, faultOf } from './calculation-failure.ts';
import { fieldValues, type RecordValue, recordShape, recordValue } from './calculation-inputs.ts';
import { resultValue } from './calculation-result.ts';
import { fits } from './calculation-shape.ts';
import { kindOf, mostValues } from './check-value.ts';
import type { CompiledFields } from './compiled.ts';
import { newPatternBudget } from './pattern.ts';
import type { CustomFieldValues } from './terms.ts';

/** A field that has no value, and why. */
export type CalculationError = { field: string } & CalculationFault;

/**
 * Calculates the calculated fields of a record, each after those that it reads. A field that fails has no value, and
 * so has every field that reads it; none keeps a value of before.
 */
export function calculateFields(
  definitions: readonly CustomFieldRow[],
  { calculations, unusable, calculated }: CompiledFields,
  record: StoredPaymentMethod,
): { values: CustomFieldValues; errors: CalculationError[] } {
  const given = (record.custom_field_values ?? []).filter((value) => !calculated.has(value.custom_field_id ?? ''));
  const inputs = { record: recordValue(record), fields: fieldValues(definitions, given) };
  const isRecordTooLarge = !fits(inputs.record, recordShape);
  const failed = new Set(unusable);
  const errors: CalculationError[] = unusable.map((field) => ({ field, code: 'definition.unusable' }));
  const budget = newPatternBudget();
  const values = [...given];

  for (const calculation of calculations) {
    const field = calculation.field.custom_field_id;
    try {
      if (isRecordTooLarge) throw new CalculationFailure('input.too.large');
      checkInputs(calculation);
      const value = resultValue(calculation.field, evaluate(calculation, inputs), budget);
      if (value === null) continue;
      // A record that held them all before the field was defined can still be sent back.
      if (values.length >= mostValues) throw new CalculationFailure('record.full');
      values.push(value);
      inputs.fields[field] = value[kindOf[calculation.field.definition.type]];
    } catch (error) {
      failed.add(field);
      errors.push({ field, ...faultOf(error) });
    }
  }
  return { values, errors };

  function checkInputs({ reads }: Calculation): void {
    for (const [id, shape] of reads) {
      if (failed.has(id)) throw new CalculationFailure('input.failed', id);
      if (!fits(inputs.fields[id], shape)) throw new CalculationFailure('input.too.large');
    }
  }
}

/** Errors that the expression goes on after are many, and nobody reads where they came from. */
function evaluate({ evaluate: run }: Calculation, inputs: { record: RecordValue; fields: object }): unknown {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return run(inputs);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
