import { isDeepStrictEqual } from 'node:util';
import type { CustomFieldDefinition } from '../../contract/custom-field.ts';

const weighty = ({ calculation, constraints, is_active, is_filterable }: CustomFieldDefinition) => ({
  calculation,
  constraints,
  is_active,
  is_filterable,
});

/** Whether what records hold, or are found by, follows from a definition otherwise than before; null for a new field. */
export const needsRecalculation = (before: CustomFieldDefinition | null, after: CustomFieldDefinition): boolean =>
  before
    ? !isDeepStrictEqual(weighty(before), weighty(after))
    : after.calculation !== undefined || after.is_filterable === true;
