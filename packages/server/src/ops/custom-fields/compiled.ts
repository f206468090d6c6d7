import { OnfileError } from '../../errors.ts';
import type { CustomFieldRow } from '../../store/custom-fields.ts';
import { type Calculation, calculationCompiler } from './calculation.ts';
import { inOrder } from './calculation-order.ts';

/** What a tenant's definitions are for the records that are written. */
export type CompiledFields = {
  /** In the order of their dependencies. */
  calculations: readonly Calculation[];
  /** Calculated fields that have no place in it: their expression cannot be used, or depends on itself. */
  unusable: readonly string[];
  /** Fields that no caller sets, the retired ones among them. */
  calculated: ReadonlySet<string>;
  isAnyFilterable: boolean;
};

export const isCalculated = ({ definition }: CustomFieldRow): boolean =>
  definition.calculation !== undefined && definition.is_active !== false;

const compiled = new WeakMap<readonly CustomFieldRow[], CompiledFields>();

/** Compiles definitions once, for as long as the context gives the same array. */
export function compiledFields(definitions: readonly CustomFieldRow[]): CompiledFields {
  const known = compiled.get(definitions);
  if (known) return known;
  const made = compileFields(definitions);
  compiled.set(definitions, made);
  return made;
}

function compileFields(definitions: readonly CustomFieldRow[]): CompiledFields {
  const active = definitions.filter(isCalculated);
  const { ordered } = active.length > 0 ? inOrder(usableOf(definitions, active)) : { ordered: [] };
  const placed = new Set(ordered.map(({ field }) => field.custom_field_id));
  return {
    calculations: ordered,
    unusable: active.map((row) => row.custom_field_id).filter((id) => !placed.has(id)),
    calculated: new Set(
      definitions.filter(({ definition }) => definition.calculation !== undefined).map((row) => row.custom_field_id),
    ),
    isAnyFilterable: definitions.some(({ definition }) => definition.is_filterable),
  };
}

/** Definitions are checked when they are written; of one that cannot be used all the same, its records tell. */
function usableOf(definitions: readonly CustomFieldRow[], active: readonly CustomFieldRow[]): Calculation[] {
  const compile = calculationCompiler(definitions);
  return active.flatMap((row) => {
    try {
      return [compile(row)];
    } catch (error) {
      if (error instanceof OnfileError) return [];
      throw error;
    }
  });
}
