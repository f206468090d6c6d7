import type { CustomFieldDefinition } from '../../contract/custom-field.ts';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import type { CustomFieldRow } from '../../store/custom-fields.ts';
import { listOf, objectOf, type Shape, scalar, textOf } from './calculation-shape.ts';
import { kindOf } from './check-value.ts';
import type { CustomFieldValues } from './terms.ts';

/** What an expression may read: its type in CEL, and how large it can be. */
export type Input = { type: string; shape: Shape };

/** Lengths are promised in characters; what an expression handles of one is up to two units of UTF-16. */
const text = (characters: number): Input => ({ type: 'string', shape: textOf(2 * characters) });
const number: Input = { type: 'double', shape: scalar };
const truth: Input = { type: 'bool', shape: scalar };

const shapesOf = (inputs: Readonly<Record<string, Input>>) =>
  Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, shape]));

/** The contract's lengths, as in contract/stored-payment-method.ts. */
export const addressInputs: Readonly<Record<string, Input>> = {
  city: text(200),
  country: text(3),
  country_name: text(200),
  county: text(200),
  latitude: number,
  line1: text(300),
  line2: text(300),
  line3: text(300),
  longitude: number,
  postal_code: text(32),
  state: text(100),
  time_zone_id: text(64),
};

/**
 * Fields of the record that expressions read. Gateway tokens are none of their business; what every version changes is
 * left out too, or a recalculation could never come to rest.
 */
export const recordInputs: Readonly<Record<string, Input>> = {
  billing_address: { type: 'BillingAddress', shape: objectOf(shapesOf(addressInputs)) },
  contact_id: text(200),
  credit_card_type: text(20),
  expires: text(40),
  id: text(200),
  last_four_digits: text(4),
  merchant_account_tokens: {
    type: 'list<map<string, string>>',
    shape: listOf(100, objectOf({ merchant_account_id: textOf(400) })),
  },
  name: text(300),
  name_on_account: text(300),
  payrix_migrated: truth,
  sys_created_at: text(40),
  sys_created_by_id: text(200),
  sys_external_id: text(300),
  sys_locked: truth,
  type: text(20),
};

export const recordShape: Shape = objectOf(shapesOf(recordInputs));

const longestText = 10_000;
const longestItem = 300;
const mostItems = 1000;

/** A value of a custom field. One that is larger than its definition says now fails whoever reads it. */
export function inputOf({ type, constraints = {} }: CustomFieldDefinition): Input {
  const { max_length, max_items = mostItems, columns = [] } = constraints;
  switch (type) {
    case 'boolean':
      return truth;
    case 'numeric':
      return number;
    case 'string':
      return text(max_length ?? longestText);
    case 'file':
      return text(2000);
    case 'list':
      return { type: 'list', shape: listOf(max_items, textOf(2 * (max_length ?? longestItem))) };
    case 'table': {
      const cells = columns.map((column): [string, Shape] => [
        column.id,
        column.type === 'string' ? textOf(2 * (column.max_length ?? longestItem)) : scalar,
      ]);
      return { type: 'list<map<string, dyn>>', shape: listOf(max_items, objectOf(Object.fromEntries(cells))) };
    }
  }
}

/** The classes by which CEL knows the types of these values. */
export class RecordValue {
  [name: string]: unknown;
}
export class AddressValue {
  [name: string]: unknown;
}
export class FieldValues {
  [id: string]: unknown;
}

const pick = (from: object, names: Readonly<Record<string, Input>>): object =>
  Object.fromEntries(Object.entries(from).filter(([name, value]) => value !== undefined && Object.hasOwn(names, name)));

/** The record as expressions see it. The address is always there, so that `has(record.billing_address.city)` can ask. */
export const recordValue = (record: StoredPaymentMethod): RecordValue =>
  Object.assign(new RecordValue(), pick(record, recordInputs), {
    billing_address: Object.assign(new AddressValue(), pick(record.billing_address ?? {}, addressInputs)),
    merchant_account_tokens: record.merchant_account_tokens.map(({ merchant_account_id }) => ({ merchant_account_id })),
  });

/** The values of custom fields by id, as expressions see them. */
export function fieldValues(definitions: readonly CustomFieldRow[], values: CustomFieldValues): FieldValues {
  const kinds = new Map(definitions.map((row) => [row.custom_field_id, kindOf[row.definition.type]]));
  const entries = values.flatMap((value): [string, unknown][] => {
    const kind = kinds.get(value.custom_field_id ?? '');
    const held = kind && value[kind];
    return value.custom_field_id === undefined || held === undefined ? [] : [[value.custom_field_id, held]];
  });
  return Object.assign(new FieldValues(), Object.fromEntries(entries));
}
