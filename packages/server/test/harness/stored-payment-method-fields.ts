import type { TestTenant } from './server.ts';

type Field = {
  type: 'string' | 'number' | 'boolean' | 'object' | 'array';
  /** What becomes of it when it is left out of a PUT, or whose it is. */
  leftOut: 'required' | 'cleared' | 'kept' | 'server' | 'obeyed' | 'exclusive';
  /** Another value that it can have; absent where another test changes it. */
  other?: unknown;
  /** Values of the right type that it cannot have. */
  refused?: readonly unknown[];
};

const cleared = (type: Field['type'], other: unknown, refused?: readonly unknown[]): Field => ({
  type,
  leftOut: 'cleared',
  other,
  ...(refused ? { refused } : {}),
});
const required = (other: unknown, refused: readonly unknown[]): Field => ({
  type: 'string',
  leftOut: 'required',
  other,
  refused,
});
const server = (type: Field['type'], other: unknown, refused?: readonly unknown[]): Field => ({
  type,
  leftOut: 'server',
  other,
  ...(refused ? { refused } : {}),
});
const oneKind = (type: Field['type']): Field => ({ type, leftOut: 'exclusive' });
const instants = ['yesterday', '2026-02-30T00:00:00Z', '2026-01-01T00:00:00', '2026-01-01T00:00:00+01', ''];

/** The 57 fields of the contract (v1-2025-04-18), by their paths. */
export const fields: Readonly<Record<string, Field>> = {
  billing_address: cleared('object', { city: 'Leeds' }),
  'billing_address.city': cleared('string', 'Leeds', ['x'.repeat(201)]),
  'billing_address.country': cleared('string', 'DE', ['XX', 'Great Britain', '', '__p']),
  'billing_address.country_name': cleared('string', 'Germany', ['x'.repeat(201)]),
  'billing_address.county': cleared('string', 'Kent', ['x'.repeat(201)]),
  'billing_address.latitude': cleared('number', -90, [-90.000001, 90.1]),
  'billing_address.line1': cleared('string', '2 Low Street', ['x'.repeat(301)]),
  'billing_address.line2': cleared('string', 'Flat 3', ['x'.repeat(301)]),
  'billing_address.line3': cleared('string', 'Rear', ['x'.repeat(301)]),
  'billing_address.longitude': cleared('number', 180, [-180.5, 181]),
  'billing_address.postal_code': cleared('string', 'LS1 4AP', ['x'.repeat(33)]),
  'billing_address.state': cleared('string', 'England', ['x'.repeat(101)]),
  'billing_address.time_zone_id': cleared('string', 'Asia/Calcutta', ['Mars/Base', '+01:00', 'constructor', '']),
  contact_id: { type: 'string', leftOut: 'required', refused: ['', 'x'.repeat(201)] },
  credit_card_type: { type: 'string', leftOut: 'required', refused: ['Visa', 'maestro', ''] },
  custom_field_values: { type: 'array', leftOut: 'kept', other: [] },
  'custom_field_values[0].boolean_value': oneKind('boolean'),
  'custom_field_values[0].custom_field_id': required('size__c', ['Size__c', 'size', '__c', '']),
  'custom_field_values[0].file_url_value': oneKind('string'),
  'custom_field_values[0].list_value': oneKind('array'),
  'custom_field_values[0].numeric_value': oneKind('number'),
  'custom_field_values[0].string_value': oneKind('string'),
  'custom_field_values[0].table_value': oneKind('array'),
  expires: cleared('string', '2031-02-28', ['', 'soon', '13/34', '2034-00', '2034-02-30', '00/34', 'x'.repeat(41)]),
  id: { type: 'string', leftOut: 'required', refused: ['', 'a b', 'ä', 'another'] },
  last_four_digits: { type: 'string', leftOut: 'required', refused: ['', '424', '42424'] },
  merchant_account_tokens: { type: 'array', leftOut: 'required', refused: [[]] },
  'merchant_account_tokens[0].merchant_account_id': {
    type: 'string',
    leftOut: 'required',
    refused: ['', 'x'.repeat(201)],
  },
  'merchant_account_tokens[0].token': required('tok_other', ['', 'x'.repeat(2001)]),
  name: required('Other card', ['', 'x'.repeat(301)]),
  name_on_account: required('Ada Other', ['', 'x'.repeat(301)]),
  payrix_migrated: cleared('boolean', false),
  sys_bulk_load_at: server('string', '2020-01-01T00:00:00Z', instants),
  sys_bulk_load_id: server('string', 'made up'),
  sys_bulk_load_pk: server('string', 'made up'),
  sys_bulk_load_record_no: server('number', 7),
  sys_bulk_load_source_file: server('string', 'made-up.csv'),
  sys_calculated_field_error: server('string', 'made up'),
  sys_calculated_field_errors: server('array', [{ field: 'made', error: 'up' }]),
  'sys_calculated_field_errors[0].error': server('string', 'made up'),
  'sys_calculated_field_errors[0].field': server('string', 'made up'),
  sys_configuration_snapshot_id: server('string', 'made up'),
  sys_created_at: { type: 'string', leftOut: 'required', refused: instants },
  sys_created_by_id: { type: 'string', leftOut: 'required', refused: [''] },
  sys_deleted_by_id: server('string', 'made up'),
  sys_directive: { type: 'string', leftOut: 'obeyed', refused: ['delete', 'dry-run,delete', 'Dry-Run'] },
  sys_external_id: { type: 'string', leftOut: 'kept', other: 'crm-2', refused: ['', 'x'.repeat(301)] },
  sys_has_files_in_s3: server('boolean', true),
  sys_last_bulk_data_operation_id: server('string', 'made up'),
  sys_last_bulk_data_operation_sys_version: server('string', '7'),
  sys_last_modified_at: { type: 'string', leftOut: 'required', refused: instants },
  sys_last_modified_by_id: { type: 'string', leftOut: 'required', refused: [''] },
  sys_last_security_context: server('object', { made: 'up' }),
  sys_locked: { type: 'boolean', leftOut: 'kept' },
  sys_snapshot_base_version: { type: 'number', leftOut: 'kept', other: 9, refused: [0, -1, 1.5, 2 ** 31] },
  sys_version: server('number', undefined),
  type: { type: 'string', leftOut: 'required', refused: ['cash', 'Credit Card', ''] },
};

/** A body that gives every field that is the caller's a value. */
export const wholeBody = (tenant: TestTenant, overrides: object = {}): Record<string, any> => ({
  billing_address: {
    city: 'London',
    country: 'GB',
    country_name: 'United Kingdom',
    county: 'Greater London',
    latitude: 51.5,
    line1: '1 High Street',
    line2: 'Flat 2',
    line3: 'Upper bell',
    longitude: -0.1,
    postal_code: 'SW1A 1AA',
    state: 'London',
    time_zone_id: 'Europe/London',
  },
  contact_id: tenant.contactId,
  credit_card_type: 'visa',
  custom_field_values: [{ custom_field_id: 'colour__c', string_value: 'red' }],
  expires: '2034-12-31',
  last_four_digits: '4242',
  merchant_account_tokens: [{ merchant_account_id: tenant.merchantAccountId, token: 'tok_first' }],
  name: 'Work card',
  name_on_account: 'Ada Test',
  payrix_migrated: true,
  sys_external_id: `crm ${crypto.randomUUID()}`,
  sys_locked: false,
  sys_snapshot_base_version: 3,
  type: 'credit card',
  ...overrides,
});

const partsOf = (path: string): string[] => path.split(/[.[\]]+/).filter((part) => part !== '');

/** A copy of the body with another value at a path; `undefined` leaves the field out. */
export function withField(body: object, path: string, value: unknown): Record<string, any> {
  const copy: Record<string, any> = structuredClone(body);
  const parts = partsOf(path);
  const last = parts.pop() ?? '';
  let holder: Record<string, any> = copy;
  for (const [n, part] of parts.entries()) {
    holder[part] ??= /^\d+$/.test(parts[n + 1] ?? last) ? [] : {};
    holder = holder[part];
  }
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return copy;
}

export const fieldAt = (body: object, path: string): unknown =>
  partsOf(path).reduce<any>((value, part) => value?.[part], body);
