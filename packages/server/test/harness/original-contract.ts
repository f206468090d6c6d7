import assert from 'node:assert/strict';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/**
 * What a field is: a JSON type, a format of a string, the values of an enum, an object's fields (those ending in `?`
 * are optional), or a list's items in brackets of one.
 */
type Shape = string | readonly string[] | readonly [Fields] | Fields;
type Fields = { readonly [field: string]: Shape };

const argumentTypes =
  'TIMESTAMP BOOLEAN DATE MONTH_DAY TIME TERM TERM_LIST INTEGER DECIMAL STRING MONEY LIMITABLE_CONFIG_PROPERTY ' +
  'I18N_KEY I18N_KEY_LIST PERMISSION_LIST ENUM AVAILABILITY_LIST';

/** The body of every failure, of both contracts. */
export const errorFields = {
  errorMessage: 'string',
  'errorCode?': 'string',
  'traceId?': 'string',
  'reference?': 'string',
  'args?': 'array',
  'typedArgs?': [{ 'value?': 'object', 'type?': argumentTypes.split(' ') }],
} as const;

/** The 57 fields of a stored payment method, contract v1-2025-04-18. */
export const recordFields = {
  'billing_address?': {
    'city?': 'string',
    'country?': 'string',
    'country_name?': 'string',
    'county?': 'string',
    'latitude?': 'number',
    'line1?': 'string',
    'line2?': 'string',
    'line3?': 'string',
    'longitude?': 'number',
    'postal_code?': 'string',
    'state?': 'string',
    'time_zone_id?': 'string',
  },
  contact_id: 'string',
  credit_card_type: ['american express', 'discover', 'mastercard', 'other', 'visa'],
  'custom_field_values?': [
    {
      'boolean_value?': 'boolean',
      'custom_field_id?': 'string',
      'file_url_value?': 'string',
      'list_value?': 'array',
      'numeric_value?': 'number',
      'string_value?': 'string',
      'table_value?': 'array',
    },
  ],
  'expires?': 'string',
  id: 'string',
  last_four_digits: 'string',
  merchant_account_tokens: [{ merchant_account_id: 'string', token: 'string' }],
  name: 'string',
  name_on_account: 'string',
  'payrix_migrated?': 'boolean',
  'sys_bulk_load_at?': 'string',
  'sys_bulk_load_id?': 'string',
  'sys_bulk_load_pk?': 'string',
  'sys_bulk_load_record_no?': 'number',
  'sys_bulk_load_source_file?': 'string',
  'sys_calculated_field_error?': 'string',
  'sys_calculated_field_errors?': [{ 'error?': 'string', 'field?': 'string' }],
  'sys_configuration_snapshot_id?': 'string',
  sys_created_at: 'string',
  sys_created_by_id: 'string',
  'sys_deleted_by_id?': 'string',
  'sys_directive?': 'string',
  'sys_external_id?': 'string',
  'sys_has_files_in_s3?': 'boolean',
  'sys_last_bulk_data_operation_id?': 'string',
  'sys_last_bulk_data_operation_sys_version?': 'string',
  sys_last_modified_at: 'string',
  sys_last_modified_by_id: 'string',
  'sys_last_security_context?': 'object',
  'sys_locked?': 'boolean',
  'sys_snapshot_base_version?': 'number',
  'sys_version?': 'number',
  type: ['credit card', 'electronic check'],
} as const;

const jsonTypes = ['string', 'number', 'integer', 'boolean', 'object', 'array'];

function toSchema(shape: Shape): object {
  if (typeof shape === 'string') return jsonTypes.includes(shape) ? { type: shape } : { type: 'string', format: shape };
  if (!Array.isArray(shape)) return objectSchema(shape as Fields);
  const [first] = shape;
  return typeof first === 'object' ? { type: 'array', items: objectSchema(first) } : { type: 'string', enum: shape };
}

const objectSchema = (fields: Fields): object => ({
  type: 'object',
  properties: Object.fromEntries(Object.entries(fields).map(([name, shape]) => [bare(name), toSchema(shape)])),
  required: Object.keys(fields).filter((name) => !name.endsWith('?')),
  additionalProperties: false,
});

const bare = (field: string): string => field.replace(/\?$/, '');

/** The fields that a contract lets an answer leave out. */
export const optionalFields = (fields: Fields): string[] =>
  Object.keys(fields)
    .filter((name) => name.endsWith('?'))
    .map(bare);

function assertValid(validate: ValidateFunction, body: unknown): void {
  assert.ok(validate(body), JSON.stringify({ errors: validate.errors, body }));
}

/** Asserts that a body has the fields of a contract, and no others. */
export function exactly(fields: Fields): (body: unknown) => void {
  const validate = formatted(new Ajv2020({ allErrors: true })).compile(objectSchema(fields));
  return (body) => assertValid(validate, body);
}

/** Asserts that a body has the fields that a client reads, and takes all others out of it, which it ignores. */
export function atLeast(fields: Fields): (body: unknown) => void {
  const validate = formatted(new Ajv2020({ allErrors: true, removeAdditional: true })).compile(objectSchema(fields));
  return (body) => assertValid(validate, body);
}

function formatted(ajv: Ajv2020): Ajv2020 {
  addFormats.default(ajv);
  return ajv;
}
