import { isDeepStrictEqual } from 'node:util';
import type { Context } from '../../context.ts';
import type { CustomFieldDefinition } from '../../contract/custom-field.ts';
import { Failures } from '../../contract/failures.ts';
import { itemPath } from '../../contract/field-path.ts';
import { enumArgument, integerArgument, OnfileError } from '../../errors.ts';
import type { CustomFieldRow } from '../../store/custom-fields.ts';
import { checkValue, mostValues } from './check-value.ts';
import { newPatternBudget } from './pattern.ts';
import type { CustomFieldValues } from './terms.ts';

/** What a tenant's custom fields are, and whether there may be values of others. */
export type CustomFieldRules = {
  definitions: readonly CustomFieldRow[];
  policy: Context['tenant']['customFieldPolicy'];
};

export const customFieldRules = async (ctx: Pick<Context, 'tenant' | 'customFieldsOf'>): Promise<CustomFieldRules> => ({
  definitions: await ctx.customFieldsOf(ctx.tenant.tenantId),
  policy: ctx.tenant.customFieldPolicy,
});

const byId = new WeakMap<readonly CustomFieldRow[], ReadonlyMap<string | undefined, CustomFieldDefinition>>();

function fieldsOf(definitions: readonly CustomFieldRow[]): ReadonlyMap<string | undefined, CustomFieldDefinition> {
  const known = byId.get(definitions);
  if (known) return known;
  const made = new Map(definitions.map((row) => [row.custom_field_id, row.definition]));
  byId.set(definitions, made);
  return made;
}

const isCalculated = (definition: CustomFieldDefinition | undefined): boolean => definition?.calculation !== undefined;

/** The values that a record of this tenant begins with: the defaults of the fields in use. */
export const defaultCustomFieldValues = (definitions: readonly CustomFieldRow[]): CustomFieldValues =>
  definitions.flatMap(({ custom_field_id, definition: { default_value, is_active } }) =>
    default_value && is_active !== false ? [{ custom_field_id, ...default_value }] : [],
  );

/**
 * The values that a write leaves on a record: what is given, with the defaults when the record is created (`current` is
 * null), without what is calculated. A value that stays as it is passes, whatever its field has become since. Throws 400
 * naming the values that their fields refuse and the required ones that are missing, 409 for a field that is not in use.
 */
export function checkCustomFieldValues(
  { definitions, policy }: CustomFieldRules,
  given: CustomFieldValues | undefined,
  current: CustomFieldValues | undefined | null,
): CustomFieldValues | undefined {
  if (definitions.length === 0 && policy === 'open') return given;
  const fields = fieldsOf(definitions);
  const before = new Map((current ?? []).map((value) => [value.custom_field_id, value]));
  const budget = newPatternBudget();
  const values: CustomFieldValues = [];
  const failures = new Failures();
  let isChanged = current === null;
  for (const [n, value] of (given ?? []).entries()) {
    const definition = fields.get(value.custom_field_id);
    if (isCalculated(definition)) continue;
    values.push(value);
    if (isDeepStrictEqual(before.get(value.custom_field_id), value)) continue;
    isChanged = true;
    const path = itemPath('custom_field_values', n);
    const isInUse = definition ? definition.is_active !== false : policy !== 'defined';
    if (!isInUse) failures.add(notInUse(`${path}.custom_field_id`));
    else if (definition) failures.check(() => checkValue(definition, value, path, budget));
    if (failures.isFull) break;
  }
  const kept = new Set(values.map((value) => value.custom_field_id));
  if (current === null) {
    values.push(...defaultCustomFieldValues(definitions).filter((value) => !kept.has(value.custom_field_id)));
  }
  isChanged ||= [...before.keys()].some((id) => !kept.has(id) && !isCalculated(fields.get(id)));
  if (isChanged) checkWhole(definitions, values, failures);
  failures.throwAny();
  return given === undefined && values.length === 0 ? undefined : values;
}

const notInUse = (reference: string) =>
  new OnfileError('errormessage.record.reference.missing', { args: [enumArgument('CUSTOM_FIELD')], reference });

/** Whoever changes a record's custom fields leaves none out that is required; who changes other fields is let through. */
function checkWhole(definitions: readonly CustomFieldRow[], values: CustomFieldValues, failures: Failures): void {
  const given = new Set(values.map((value) => value.custom_field_id));
  let calculated = 0;
  for (const { custom_field_id: id, definition } of definitions) {
    if (definition.is_active === false) continue;
    if (isCalculated(definition)) calculated += 1;
    else if (definition.is_required && !given.has(id)) {
      failures.add(new OnfileError('errormessage.validation.required', { reference: `custom_field_values[${id}]` }));
    }
  }
  if (values.length + calculated > mostValues) {
    failures.add(
      new OnfileError('errormessage.validation.length', {
        args: [integerArgument(0), integerArgument(mostValues - calculated)],
        reference: 'custom_field_values',
      }),
    );
  }
}
