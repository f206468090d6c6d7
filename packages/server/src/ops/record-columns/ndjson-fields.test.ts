import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OnfileError } from '../../errors.ts';
import { bodyFrom } from './given-record.ts';
import { ndjsonFields } from './ndjson-fields.ts';

const read = ndjsonFields({
  definitions: [],
  mapping: { Town: 'billing_address.city', Remark: null },
  nullMarker: '-',
});

test('an object is a record as it is answered, or flat with paths as names, or both', () => {
  const row = {
    Town: 'Bern',
    Remark: 'whatever',
    billing_address: { line1: 'Street 1', city: 'Basel' },
    'merchant_account_tokens[1].token': 'tok_2',
    'merchant_account_tokens[1].merchant_account_id': 'ma_2',
    'custom_field_values[size__c].numeric_value': 3,
  };
  assert.deepEqual(bodyFrom(read(row)), {
    billing_address: { line1: 'Street 1', city: 'Bern' },
    merchant_account_tokens: [{ merchant_account_id: 'ma_2', token: 'tok_2' }],
    custom_field_values: [{ custom_field_id: 'size__c', numeric_value: 3 }],
  });
});

test('an object changes what it names alone, and null clears', () => {
  const present = { name: 'Card', billing_address: { line1: 'Street 1', city: 'Basel' }, sys_external_id: 'x' };
  assert.deepEqual(bodyFrom(read({ Town: null, sys_external_id: '-' }), present), {
    name: 'Card',
    billing_address: { line1: 'Street 1' },
  });
  assert.deepEqual(bodyFrom(read({ billing_address: { city: null } }), present).billing_address, { line1: 'Street 1' });
});

test('what is no object, or names what is no field, is refused by itself', () => {
  for (const row of [null, 5, 'text', []]) assert.throws(() => read(row), { code: 'errormessage.validation.type' });
  const unknown = (name: string, reference: string | undefined) =>
    assert.throws(
      () => read(JSON.parse(`{${JSON.stringify(name)}: 1}`)),
      (error: unknown) => error instanceof OnfileError && error.reference === reference,
    );
  unknown('nmae', 'nmae');
  unknown('4242424242424242', undefined);
  unknown('__proto__', '__proto__');
});

test('values of a wrong kind reach the validation of the record as they are', () => {
  const row = { billing_address: 5, 'billing_address.city': 'Bern', merchant_account_tokens: 'none' };
  assert.deepEqual(bodyFrom(read(row)), { billing_address: { city: 'Bern' }, merchant_account_tokens: 'none' });
  const values = { custom_field_values: [null, 7], 'custom_field_values[size__c].numeric_value': 3 };
  assert.deepEqual(bodyFrom(read(values)).custom_field_values, [7, { custom_field_id: 'size__c', numeric_value: 3 }]);
});
