import { type Static, Type } from 'typebox';
import { bulkLoadFormats } from './bulk-load.ts';
import { oneOf } from './schema.ts';
import { StoredPaymentMethodQuery } from './stored-payment-method-list.ts';

const {
  sort: _sort,
  order: _order,
  fields: _fields,
  limit: _limit,
  exclusiveStartKey: _key,
  ...filter
} = StoredPaymentMethodQuery.properties;

/** Which records of a tenant are exported: those that the list with the same filter shows. */
export const StoredPaymentMethodExportQuery = Type.Object(
  {
    ...filter,
    format: Type.Optional(
      oneOf(bulkLoadFormats, { description: 'When left out, what `Accept` prefers: `csv` if it does not say' }),
    ),
  },
  { additionalProperties: false },
);
export type StoredPaymentMethodExportQuery = Static<typeof StoredPaymentMethodExportQuery>;
