import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OnfileError } from '../../errors.ts';
import type { CustomFieldRow } from '../../store/custom-fields.ts';
import { type ColumnOptions, csvColumns } from './csv-columns.ts';
import { bodyFrom } from './given-record.ts';

const at = new Date('2026-01-01T00:00:00Z');
const defined = (id: string, type: CustomFieldRow['definition']['type']): CustomFieldRow => ({
  custom_field_id: id,
  definition: { name: id, type },
  version: 1,
  created_at: at,
  modified_at: at,
});

const definitions = [defined('colour__c', 'string'), defined('visits__c', 'numeric')];

const bodyOf = (cells: Record<string, string>, options: Partial<ColumnOptions> = {}, present: object = {}) =>
  bodyFrom(csvColumns(Object.keys(cells), { definitions, ...options })(Object.values(cells)), present);

const refusal = (code: string, reference?: string) => (error: unknown) => {
  assert.ok(error instanceof OnfileError);
  assert.deepEqual([error.code, error.reference], [`errormessage.${code}`, reference]);
  return true;
};

test('columns are paths of fields, and cells get the kind of their field', () => {
  assert.deepEqual(
    bodyOf({
      contact_id: '007',
      last_four_digits: '0042',
      payrix_migrated: 'TRUE',
      'billing_address.latitude': '47.5',
      'merchant_account_tokens[0].merchant_account_id': 'ma_1',
      'merchant_account_tokens[0].token': 'tok_1',
      'merchant_account_tokens[1].merchant_account_id': '',
      'merchant_account_tokens[1].token': '',
      'merchant_account_tokens[2].merchant_account_id': 'ma_3',
      'merchant_account_tokens[2].token': 'tok_3',
      'custom_field_values[colour__c]': 'red',
      'custom_field_values[visits__c]': '12',
      'custom_field_values[tags__c].list_value': '["a","b"]',
    }),
    {
      contact_id: '007',
      last_four_digits: '0042',
      payrix_migrated: true,
      billing_address: { latitude: 47.5 },
      merchant_account_tokens: [
        { merchant_account_id: 'ma_1', token: 'tok_1' },
        { merchant_account_id: 'ma_3', token: 'tok_3' },
      ],
      custom_field_values: [
        { custom_field_id: 'colour__c', string_value: 'red' },
        { custom_field_id: 'visits__c', numeric_value: 12 },
        { custom_field_id: 'tags__c', list_value: ['a', 'b'] },
      ],
    },
  );
});

test('an empty cell keeps what there is, and the null marker clears it', () => {
  const present = {
    name: 'Old',
    billing_address: { city: 'Bern', line1: 'Street 1' },
    custom_field_values: [
      { custom_field_id: 'colour__c', string_value: 'red' },
      { custom_field_id: 'visits__c', numeric_value: 1 },
    ],
  };
  const cells = {
    name: '',
    'billing_address.city': '\\N',
    'billing_address.line2': 'left',
    'custom_field_values[colour__c]': '\\N',
    'custom_field_values[visits__c]': '2',
  };
  assert.deepEqual(bodyOf(cells, { nullMarker: '\\N' }, present), {
    name: 'Old',
    billing_address: { line1: 'Street 1', line2: 'left' },
    custom_field_values: [{ custom_field_id: 'visits__c', numeric_value: 2 }],
  });
  assert.deepEqual(bodyOf({ billing_address: '\\N', custom_field_values: '\\N' }, { nullMarker: '\\N' }, present), {
    name: 'Old',
  });
});

test('a mapping gives columns other names and leaves some out', () => {
  const mapping = { Town: 'billing_address.city', Remark: null };
  assert.deepEqual(bodyOf({ Town: 'Bern', Remark: 'whatever', name: 'Card' }, { mapping }), {
    billing_address: { city: 'Bern' },
    name: 'Card',
  });
  assert.throws(() => bodyOf({ name: 'Card' }, { mapping }), refusal('validation.unknown.field', 'mapping.Town'));
});

test('a file with an unknown column, or two of one field, is refused with the name of the column', () => {
  const unknown = (name: string, reference: string) =>
    assert.throws(() => bodyOf({ name: 'x', [name]: 'y' }), refusal('validation.unknown.field', reference));
  unknown('nmae', 'nmae');
  unknown('billing_address.town', 'billing_address.town');
  unknown('custom_field_values[size__c]', 'custom_field_values[size__c]');
  unknown('custom_field_values[colour__c].colour', 'custom_field_values[colour__c].colour');
  unknown('merchant_account_tokens[100].token', 'merchant_account_tokens[100].token');
  unknown('billing_address.constructor', 'billing_address.constructor');
  unknown('__proto__', '__proto__');
  unknown('', 'columns[1]');
  const twice = { 'custom_field_values[colour__c]': 'a', 'custom_field_values[colour__c].string_value': 'b' };
  const path = 'custom_field_values[colour__c].string_value';
  assert.throws(() => bodyOf(twice), refusal('validation.duplicate', path));
});

test('what stands in place of a header is never told', () => {
  const unknown = (header: string[], reference: string) =>
    assert.throws(() => csvColumns(header, { definitions }), refusal('validation.unknown.field', reference));
  unknown(['tok_secret', 'visa'], 'columns[0]');
  unknown(['name', '4242424242424242'], 'columns[1]');
  unknown(['name', 'n4242_4242_4242_4242'], 'columns[1]');
  unknown(['name', 'custom_field_values[4242424242424242__c].string_value'], 'columns[1]');
});

test('a cell that is not of its kind, and a row with another number of cells, are refused by themselves', () => {
  const wrong = (cells: Record<string, string>, code = 'validation.type') =>
    assert.throws(() => bodyOf(cells), refusal(code, Object.keys(cells)[0]));
  for (const cell of ['ten', '1,5', '0x10', 'Infinity', '1e999', '--1']) wrong({ 'billing_address.latitude': cell });
  wrong({ sys_locked: 'yes' });
  wrong({ merchant_account_tokens: '{}' });
  wrong({ billing_address: '[]' });
  wrong({ billing_address: 'null' });
  wrong({ billing_address: '{"city":' }, 'validation.json');
  wrong({ name: 'a\0b' }, 'validation.encoding');
  const read = csvColumns(['name', 'type'], { definitions });
  assert.throws(() => read(['Card']), refusal('validation.length'));
  assert.throws(() => read(['Card', 'credit card', '']), refusal('validation.length'));
});

test('a mark of the byte order before the header and spaces around its names do no harm', () => {
  assert.deepEqual(bodyOf({ '\uFEFFname': ' Card ', ' type ': 'credit card' }), {
    name: ' Card ',
    type: 'credit card',
  });
});
