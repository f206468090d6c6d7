import type { CustomFieldType } from '../../contract/custom-field.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import { keyedHash } from '../../crypto/keyed-hash.ts';
import type { TenantKeys } from '../../keys/tenant-keys.ts';
import type { CustomFieldRow } from '../../store/custom-fields.ts';

export type CustomFieldValues = NonNullable<StoredPaymentMethod['custom_field_values']>;
type Signer = Pick<TenantKeys, 'fingerprint'>;
type Scalar = boolean | number | string;

/** Half of a SHA-256 (RFC 2104, section 5): no two values of a tenant are ever taken for one another. */
const termBytes = 16;

/** Whose values a list of records can be asked for. */
const filterableTypes = new Set<CustomFieldType>(['boolean', 'list', 'numeric', 'string']);
export const mayBeFilterable = (type: CustomFieldType): boolean => filterableTypes.has(type);

const isScalar = (item: unknown): item is Scalar =>
  typeof item === 'boolean' || typeof item === 'number' || typeof item === 'string';

/** One spelling for what people take for the same: composed characters, and no negative zero. */
const spelling = (value: Scalar): string =>
  typeof value === 'string' ? value.normalize('NFC') : String(value === 0 ? 0 : value);

/** The keyed hash that a record with this value in this field is found by. */
export const termOf = ({ fingerprint }: Signer, fieldId: string, value: Scalar): Buffer =>
  keyedHash(fingerprint.key, 'custom-field-term', fieldId, spelling(value)).subarray(0, termBytes);

const scalarsOf = (value: CustomFieldValues[number]): Scalar[] =>
  [value.boolean_value, value.numeric_value, value.string_value, ...(value.list_value ?? [])].filter(isScalar);

/**
 * The keyed hashes that a record with these values is found by: one for the value of each filterable field, or for each
 * item of a list; each once. A retired field that is filterable still finds what it holds.
 */
export function termsOf(
  definitions: readonly CustomFieldRow[],
  keys: Signer,
  values: CustomFieldValues | undefined,
): Buffer[] {
  const filterable = new Set(
    definitions.filter(({ definition }) => definition.is_filterable).map((row) => row.custom_field_id),
  );
  if (filterable.size === 0) return [];
  const terms = new Map<string, Buffer>();
  for (const value of values ?? []) {
    const fieldId = value.custom_field_id;
    if (fieldId === undefined || !filterable.has(fieldId)) continue;
    for (const scalar of scalarsOf(value)) {
      const term = termOf(keys, fieldId, scalar);
      terms.set(term.toString('hex'), term);
    }
  }
  return [...terms.values()];
}
