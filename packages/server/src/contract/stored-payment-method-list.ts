import { type Static, Type } from 'typebox';
import { PageQuery, pageOf } from './records-dialect.ts';
import { filled, oneOf } from './schema.ts';
import { cardTypes, recordTypes, StoredPaymentMethod } from './stored-payment-method.ts';
import { validity } from './validity.ts';

const recordOrders = ['sys_created_at', 'sys_last_modified_at', 'expires'] as const;
export type RecordOrder = (typeof recordOrders)[number];

/** Which records: filters add up. */
export const RecordFilter = Type.Object({
  contact_id: Type.Optional(filled(200)),
  type: Type.Optional(oneOf(recordTypes)),
  credit_card_type: Type.Optional(oneOf(cardTypes)),
  expiring_before: Type.Optional(
    Type.String({
      format: 'date',
      pattern: '^(?!0000)',
      description: 'A day, YYYY-MM-DD; records without expiry do not',
    }),
  ),
  validity: Type.Optional(validity),
  changed_since: Type.Optional(
    Type.String({ format: 'date-time', description: 'At or after this instant, by `sys_last_modified_at`' }),
  ),
  sys_external_id: Type.Optional(filled(300)),
  sys_locked: Type.Optional(Type.Boolean()),
  deleted: Type.Optional(Type.Boolean({ description: 'The deleted records instead of the present ones' })),
  custom_field: Type.Optional(
    Type.Array(Type.String({ pattern: '^[a-z\\d:_-]{1,300}__c=', maxLength: 11_000 }), {
      minItems: 1,
      maxItems: 5,
      description:
        'Id and value of a filterable custom field, such as `colour__c=red`; of a list, one of its items. Given more ' +
        'than once, all must be so',
    }),
  ),
});
export type RecordFilter = Static<typeof RecordFilter>;

/** Which records of a tenant a list shows, in which order, and what of each. */
export const StoredPaymentMethodQuery = Type.Object(
  {
    ...RecordFilter.properties,
    sort: Type.Optional(
      oneOf(recordOrders, {
        description:
          'When left out: `sys_last_modified_at` with `changed_since`, else `expires` with `expiring_before` or ' +
          '`validity`, else `sys_created_at`. A record without expiry expires last',
      }),
    ),
    order: Type.Optional(oneOf(['ascending', 'descending'], { description: '`ascending` when left out' })),
    fields: Type.Optional(
      filled(2000, { description: 'Names of top-level fields, separated by commas; `id` is always there' }),
    ),
    ...PageQuery.properties,
  },
  { additionalProperties: false },
);
export type StoredPaymentMethodQuery = Static<typeof StoredPaymentMethodQuery>;

/** A record, or as much of it as was asked for. */
const PickedRecord = Type.Object({
  ...Type.Partial(StoredPaymentMethod).properties,
  id: StoredPaymentMethod.properties.id,
});
export type PickedRecord = Static<typeof PickedRecord>;

export const StoredPaymentMethodPage = pageOf(PickedRecord);
