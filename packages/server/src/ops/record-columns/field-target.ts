import { containsCardNumber } from '@onfile/card/find-card-number';
import type { TSchema } from 'typebox';
import { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import type { CustomFieldRow } from '../../store/custom-fields.ts';
import { kindOf } from '../custom-fields/check-value.ts';

/** What a cell holds: text as it is, a number, `true` or `false`, or a list or an object as JSON. */
export type CellKind = 'text' | 'number' | 'boolean' | 'list' | 'object';

/** The field of a record that a column is of: at a place, or the value of one custom field. */
export type FieldTarget = { path: string; kind: CellKind } & (
  | { at: readonly [name: string, part?: string | number, partOfItem?: string] }
  | { customFieldId: string; valueKind: string }
);

type Node = {
  type?: string;
  properties?: Readonly<Record<string, Node>>;
  items?: Node;
  maxItems?: number;
};

const record: Node = StoredPaymentMethod as TSchema;
const longestPath = 400;
const customValue = /^custom_field_values\[([a-z\d:_-]{1,300}__c)\](?:\.([a-z_]+))?$/;
const place = /^([a-z_\d]+)(?:\.([a-z_\d]+)|\[(0|[1-9]\d{0,3})\]\.([a-z_\d]+))?$/;

const cellKinds: Readonly<Record<string, CellKind>> = {
  string: 'text',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  array: 'list',
  object: 'object',
};

const partOf = (node: Node | undefined, name: string): Node | undefined =>
  node?.properties && Object.hasOwn(node.properties, name) ? node.properties[name] : undefined;

const cellKindOf = (node: Node | undefined): CellKind | undefined => cellKinds[node?.type ?? ''];

/**
 * The field that a path names: `name`, `billing_address.city`, `merchant_account_tokens[0].token`, or
 * `custom_field_values[colour__c]`, whose kind its definition says, or the path says it
 * (`custom_field_values[colour__c].string_value`). Undefined when a record has no such field.
 */
export function targetOf(path: string, definitions: readonly CustomFieldRow[]): FieldTarget | undefined {
  if (path.length > longestPath) return undefined;
  const value = customValue.exec(path);
  if (value) return customValueTarget(path, value, definitions);
  const [, name = '', part, index, partOfItem = ''] = place.exec(path) ?? [];
  const node = partOf(record, name);
  if (part !== undefined) return placed(path, cellKindOf(partOf(node, part)), [name, part]);
  if (index === undefined) return placed(path, cellKindOf(node), [name]);
  if (Number(index) >= (node?.maxItems ?? 0)) return undefined;
  return placed(path, cellKindOf(partOf(node?.items, partOfItem)), [name, Number(index), partOfItem]);
}

const placed = (
  path: string,
  kind: CellKind | undefined,
  at: readonly [string, (string | number)?, string?],
): FieldTarget | undefined => (kind ? { path, kind, at } : undefined);

function customValueTarget(
  path: string,
  [, customFieldId = '', named]: readonly string[],
  definitions: readonly CustomFieldRow[],
): FieldTarget | undefined {
  if (containsCardNumber(customFieldId)) return undefined;
  const defined = definitions.find((row) => row.custom_field_id === customFieldId);
  const valueKind = named ?? (defined && kindOf[defined.definition.type]);
  if (valueKind === undefined || !Object.values<string>(kindOf).includes(valueKind)) return undefined;
  const kind = cellKindOf(partOf(record.properties?.['custom_field_values']?.items, valueKind));
  return kind && { path, kind, customFieldId, valueKind };
}
