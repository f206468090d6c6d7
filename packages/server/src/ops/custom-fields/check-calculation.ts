import { OnfileError, stringArgument } from '../../errors.ts';
import type { CustomFieldRow } from '../../store/custom-fields.ts';
import { type Calculation, calculationCompiler } from './calculation.ts';
import { inOrder } from './calculation-order.ts';
import { isCalculated } from './compiled.ts';

/** Of all calculations of a record together, in steps of some 50 ns at their worst: 10 ms. */
const mostSteps = 200_000;

/**
 * Throws 400 with the reference `calculation` when a definition cannot be written as it is: its expression cannot be
 * used, depends on itself, or makes the tenant's calculations too costly.
 *
 * @param definitions all of the tenant's, with the written one or its earlier version
 * @param written the definition as it is to be
 */
export function checkCalculation(definitions: readonly CustomFieldRow[], written: CustomFieldRow): void {
  const others = definitions.filter((row) => row.custom_field_id !== written.custom_field_id);
  const all = [...others, written];
  if (!all.some(isCalculated)) return;
  const compile = calculationCompiler(all);
  const calculations = [
    ...(isCalculated(written) ? [compile(written)] : []),
    ...others.filter(isCalculated).flatMap((row) => usable(() => compile(row))),
  ];
  const { circle } = inOrder(calculations);
  if (circle) {
    throw new OnfileError('errormessage.calculation.cycle', {
      args: [stringArgument(circle.join(' → '))],
      reference: 'calculation',
    });
  }
  if (calculations.reduce((steps, calculation) => steps + calculation.steps, 0) > mostSteps) {
    throw new OnfileError('errormessage.calculation.too.costly', { reference: 'calculation' });
  }
}

/** Another field's expression that cannot be used is told of by its records, and keeps nobody from mending things. */
function usable(compile: () => Calculation): Calculation[] {
  try {
    return [compile()];
  } catch (error) {
    if (error instanceof OnfileError) return [];
    throw error;
  }
}
