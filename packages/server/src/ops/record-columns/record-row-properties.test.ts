import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import * as fc from 'fast-check';
import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import type { CustomFieldRow } from '../../store/custom-fields.ts';
import { csvColumns } from './csv-columns.ts';
import { csvFormat } from './csv-format.ts';
import { bodyFrom } from './given-record.ts';
import { ndjsonFields } from './ndjson-fields.ts';
import { recordColumns, recordRows } from './record-row.ts';

const at = new Date('2026-01-01T00:00:00Z');
const definitions = (['boolean', 'file', 'list', 'numeric', 'string', 'table'] as const).map(
  (type): CustomFieldRow => ({
    custom_field_id: `${type}__c`,
    definition: { name: type, type },
    version: 1,
    created_at: at,
    modified_at: at,
  }),
);

const nasty = fc.constantFrom('"', '\n', '\r', '\r\n', ',', ';', ' ', '\t', "'", '\\N', '', 'null', 'true', '\u2028');
const formula = fc.constantFrom('=1+1', '+41 31', '-5', '@SUM(A1)', '\t=1', '007', '1e3', '[]', '{}', '\uFEFF');
const written = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  formula,
  fc.array(fc.oneof(nasty, fc.string({ maxLength: 4 })), { maxLength: 5 }).map((parts) => parts.join('')),
);
const anyText = written.map((text) => text.replaceAll('\0', '').toWellFormed());
const filled = anyText.filter((text) => text.length > 0);
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));

const address = fc.record(
  { city: anyText, country: anyText, line1: anyText, line2: anyText, latitude: number, longitude: number },
  { requiredKeys: [], noNullPrototype: true },
);
const item = fc.oneof(anyText, number, fc.boolean());
const value = (id: fc.Arbitrary<string>) =>
  fc
    .tuple(
      id,
      fc.oneof(
        fc.record({ boolean_value: fc.boolean() }, { noNullPrototype: true }),
        fc.record({ file_url_value: anyText }, { noNullPrototype: true }),
        fc.record({ list_value: fc.array(item, { maxLength: 3 }) }),
        fc.record({ numeric_value: number }, { noNullPrototype: true }),
        fc.record({ string_value: anyText }, { noNullPrototype: true }),
        fc.record({
          table_value: fc.array(fc.record({ amount: number, note: anyText }, { noNullPrototype: true }), {
            maxLength: 2,
          }),
        }),
      ),
    )
    .map(([custom_field_id, kind]) => ({ custom_field_id, ...kind }));
const fieldIds = fc.constantFrom(...definitions.map((row) => row.custom_field_id), 'other__c', 'a:b-c__c');
const values = fc.uniqueArray(value(fieldIds), { maxLength: 6, selector: (given) => given.custom_field_id });

const record = fc.record(
  {
    contact_id: filled,
    credit_card_type: fc.constantFrom('visa', 'other'),
    last_four_digits: fc.constantFrom('0042', '4242', '+123', '1e10'),
    merchant_account_tokens: fc.array(
      fc.record({ merchant_account_id: filled, token: filled }, { noNullPrototype: true }),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
    name: filled,
    name_on_account: filled,
    type: fc.constantFrom('credit card', 'electronic check'),
    id: fc.stringMatching(/^[\w|-]+$/),
    billing_address: address,
    custom_field_values: values,
    expires: fc.constantFrom('2034-12-31', '0001-01-31'),
    payrix_migrated: fc.boolean(),
    sys_external_id: filled,
    sys_locked: fc.boolean(),
    sys_snapshot_base_version: fc.integer({ min: 1 }),
    sys_version: fc.integer({ min: 1 }),
    sys_last_security_context: fc.record({ actor: anyText, scopes: fc.array(anyText) }, { noNullPrototype: true }),
    sys_calculated_field_errors: fc.array(fc.record({ error: anyText, field: anyText }, { noNullPrototype: true }), {
      maxLength: 2,
    }),
  },
  { requiredKeys: ['contact_id', 'merchant_account_tokens', 'id', 'name'], noNullPrototype: true },
) as unknown as fc.Arbitrary<StoredPaymentMethod>;

test('a record that is written as a row of CSV and read again is the same, whatever it holds', () => {
  fc.assert(
    fc.property(
      fc.array(record, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 0, max: 3 }),
      (records, accounts) => {
        const columns = recordColumns(accounts, definitions);
        const file = stringify([columns, ...records.map(recordRows(columns))], csvFormat);
        const [header = [], ...rows] = parse(file);
        const read = csvColumns(header, { definitions: [] });
        assert.deepEqual(
          rows.map((cells) => bodyFrom(read(cells))),
          records,
        );
      },
    ),
    { numRuns: 300 },
  );
});

test('a row that is read onto the record that it was written from changes nothing', () => {
  fc.assert(
    fc.property(record, (before) => {
      const columns = recordColumns(1, definitions);
      const row = recordRows(columns)(before);
      assert.deepEqual(bodyFrom(csvColumns(columns, { definitions })(row), before), before);
      assert.deepEqual(bodyFrom(ndjsonFields({ definitions })(JSON.parse(JSON.stringify(before))), before), before);
    }),
    { numRuns: 200 },
  );
});
