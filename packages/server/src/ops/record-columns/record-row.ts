import { isDeepStrictEqual } from 'node:util';
import { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import type { PickedRecord } from '../../contract/stored-payment-method-list.ts';
import type { CustomFieldRow } from '../../store/custom-fields.ts';
import { kindOf } from '../custom-fields/check-value.ts';
import { writeCell } from './cell.ts';
import { csvColumns } from './csv-columns.ts';
import { type FieldTarget, targetOf } from './field-target.ts';
import { bodyFrom } from './given-record.ts';

const fieldNames = Object.keys(StoredPaymentMethod.properties);
const addressParts = Object.keys(StoredPaymentMethod.properties.billing_address.properties);
export const mostTokenColumns = 10;

/** In the order that people look for them; the others follow. A directive is never returned. */
const first = [
  'id',
  'sys_external_id',
  'contact_id',
  'name',
  'name_on_account',
  'type',
  'credit_card_type',
  'last_four_digits',
  'expires',
  'payrix_migrated',
  'billing_address',
  'merchant_account_tokens',
  'custom_field_values',
];
const others = fieldNames.filter((name) => !first.includes(name) && name !== 'sys_directive');
const inParts = new Set(['billing_address', 'merchant_account_tokens', 'custom_field_values']);

/**
 * The columns that records are written with: one for each field, for each part of the address, for the tokens of ten
 * merchant accounts at most, and for each custom field that is defined; and beside the parts of a whole one for the
 * whole, in JSON, which is filled where the parts alone would not tell everything.
 */
export function recordColumns(merchantAccounts: number, definitions: readonly CustomFieldRow[]): string[] {
  const parts: Readonly<Record<string, readonly string[]>> = {
    billing_address: addressParts.map((part) => `billing_address.${part}`),
    merchant_account_tokens: Array.from({ length: Math.min(merchantAccounts, mostTokenColumns) }, (_, n) => [
      `merchant_account_tokens[${n}].merchant_account_id`,
      `merchant_account_tokens[${n}].token`,
    ]).flat(),
    custom_field_values: definitions.map(
      ({ custom_field_id: id, definition }) => `custom_field_values[${id}].${kindOf[definition.type]}`,
    ),
  };
  return [...first, ...others]
    .flatMap((name) => [...(parts[name] ?? []), name])
    .filter((path) => targetOf(path, []) !== undefined);
}

type Fields = Readonly<Record<string, unknown>>;

const valueAt = (record: Fields, target: FieldTarget): unknown => {
  if ('customFieldId' in target) {
    const values = record['custom_field_values'] as readonly Fields[] | undefined;
    return values?.find((value) => value['custom_field_id'] === target.customFieldId)?.[target.valueKind];
  }
  const [name, part, partOfItem] = target.at;
  const whole = record[name] as Fields | undefined;
  if (part === undefined) return whole;
  const item = whole?.[part] as Fields | undefined;
  return partOfItem === undefined ? item : item?.[partOfItem];
};

/** Writes records in these columns, so that reading a row with `csvColumns` gives the record again, field by field. */
export function recordRows(columns: readonly string[]): (record: PickedRecord) => string[] {
  const targets = columns.flatMap((path) => targetOf(path, []) ?? []);
  const wholes = new Set(columns.flatMap((path, index) => (inParts.has(path) ? [index] : [])));
  const readBack = csvColumns(columns, { definitions: [] });
  return (record) => {
    const cells = targets.map((target, index) => (wholes.has(index) ? '' : writeCell(valueAt(record, target))));
    const told = bodyFrom(readBack(cells));
    for (const index of wholes) {
      const name = columns[index] as keyof PickedRecord;
      if (!isDeepStrictEqual(told[name], record[name])) cells[index] = writeCell(record[name]);
    }
    return cells;
  };
}
