import { type Static, Type } from 'typebox';
import { filled, oneOf, requestOf, text } from './schema.ts';

const instant = (description: string) => Type.String({ format: 'date-time', description });

export const recordTypes = ['credit card', 'electronic check'] as const;
export const cardTypes = ['american express', 'discover', 'mastercard', 'other', 'visa'] as const;

const BillingAddress = Type.Object({
  city: Type.Optional(text(200)),
  country: Type.Optional(text(3, { description: 'ISO 3166-1 code' })),
  country_name: Type.Optional(text(200)),
  county: Type.Optional(text(200)),
  latitude: Type.Optional(Type.Number({ minimum: -90, maximum: 90 })),
  line1: Type.Optional(text(300)),
  line2: Type.Optional(text(300)),
  line3: Type.Optional(text(300)),
  longitude: Type.Optional(Type.Number({ minimum: -180, maximum: 180 })),
  postal_code: Type.Optional(text(32)),
  state: Type.Optional(text(100)),
  time_zone_id: Type.Optional(text(64, { description: 'IANA time zone' })),
});

const CustomFieldValue = Type.Object({
  boolean_value: Type.Optional(Type.Boolean()),
  custom_field_id: Type.Optional(Type.String({ pattern: '^[a-z\\d:_-]{1,300}__c$' })),
  file_url_value: Type.Optional(text(2000)),
  list_value: Type.Optional(Type.Array(Type.Unknown(), { maxItems: 1000 })),
  numeric_value: Type.Optional(Type.Number()),
  string_value: Type.Optional(text(10_000)),
  table_value: Type.Optional(Type.Array(Type.Unknown(), { maxItems: 1000 })),
});

const MerchantAccountToken = Type.Object({
  merchant_account_id: filled(200),
  token: filled(2000, { description: 'The token under which this merchant account’s gateway vaults the method' }),
});

/** What the caller says about the method itself. */
const ownFields = {
  billing_address: Type.Optional(BillingAddress),
  contact_id: filled(200, { description: 'The contact (customer) that the method belongs to' }),
  credit_card_type: oneOf(cardTypes, { description: '`other` where the network has no name of its own here' }),
  custom_field_values: Type.Optional(Type.Array(CustomFieldValue, { maxItems: 500 })),
  expires: Type.Optional(filled(40, { description: 'Kept as the last day of the month of expiry, YYYY-MM-DD' })),
  last_four_digits: Type.String({ minLength: 4, maxLength: 4 }),
  merchant_account_tokens: Type.Array(MerchantAccountToken, { minItems: 1, maxItems: 100 }),
  name: filled(300, { description: 'What people call this method' }),
  name_on_account: filled(300),
  payrix_migrated: Type.Optional(Type.Boolean({ description: 'Brought over from an older processor' })),
  sys_directive: Type.Optional(text(200, { description: 'An instruction for this write alone: never returned' })),
  sys_external_id: Type.Optional(filled(300, { description: 'Its id in another system; unique in the tenant' })),
  sys_locked: Type.Optional(Type.Boolean({ description: 'A locked record refuses every change until unlocked' })),
  sys_snapshot_base_version: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 2_147_483_647, type: 'number', multipleOf: 1 }),
  ),
  type: oneOf(recordTypes),
};

/** Set by the server alone; in a request they must be well-formed and are then ignored. */
const serverFields = {
  sys_bulk_load_at: Type.Optional(instant('When a bulk load wrote the record')),
  sys_bulk_load_id: Type.Optional(text(200)),
  sys_bulk_load_pk: Type.Optional(text(500)),
  sys_bulk_load_record_no: Type.Optional(Type.Number()),
  sys_bulk_load_source_file: Type.Optional(text(1000)),
  sys_calculated_field_error: Type.Optional(
    text(2000, { description: 'Why calculated fields have no value, in the language of the request' }),
  ),
  sys_calculated_field_errors: Type.Optional(
    Type.Array(Type.Object({ error: Type.Optional(text(2000)), field: Type.Optional(text(400)) }), { maxItems: 1000 }),
  ),
  sys_configuration_snapshot_id: Type.Optional(text(200)),
  sys_deleted_by_id: Type.Optional(text(200, { description: 'Who deleted the record, or last tried to' })),
  sys_has_files_in_s3: Type.Optional(Type.Boolean()),
  sys_last_bulk_data_operation_id: Type.Optional(text(200)),
  sys_last_bulk_data_operation_sys_version: Type.Optional(text(200)),
  sys_last_security_context: Type.Optional(Type.Object({}, { additionalProperties: true })),
  sys_version: Type.Optional(Type.Number({ description: 'Counts the versions of the record from 1' })),
};

const id = Type.String({ pattern: '^[\\w|-]+$', maxLength: 200 });
const stamps = {
  sys_created_at: instant('When the record was created'),
  sys_created_by_id: filled(200),
  sys_last_modified_at: instant('When the record was last changed; strictly increases with each version'),
  sys_last_modified_by_id: filled(200),
};

/** The 57 fields of a stored payment method (contract v1-2025-04-18), as answered. */
export const StoredPaymentMethod = Type.Object({ ...ownFields, ...serverFields, ...stamps, id });
export type StoredPaymentMethod = Static<typeof StoredPaymentMethod>;

/** The body that replaces a record: the same fields, so that an answer can be sent back as it is. */
export const StoredPaymentMethodReplacement = requestOf(StoredPaymentMethod);

/** The body that creates a record: the server makes the id and the stamps. */
export const StoredPaymentMethodCreation = requestOf(
  Type.Object({
    ...ownFields,
    ...serverFields,
    sys_created_at: Type.Optional(stamps.sys_created_at),
    sys_created_by_id: Type.Optional(stamps.sys_created_by_id),
    sys_last_modified_at: Type.Optional(stamps.sys_last_modified_at),
    sys_last_modified_by_id: Type.Optional(stamps.sys_last_modified_by_id),
    id: Type.Optional(id),
  }),
);
export type StoredPaymentMethodCreation = Static<typeof StoredPaymentMethodCreation>;
