import { type Static, Type } from 'typebox';
import { PageQuery, pageOf, versionFields } from './records-dialect.ts';
import { filled, requestOf } from './schema.ts';
import { StoredPaymentMethod } from './stored-payment-method.ts';

const version = Type.Integer({ minimum: 1, maximum: 2_147_483_647 });

/** One version of a record: when, who, what, why. */
export const RecordVersion = Type.Object({
  sys_version: versionFields.sys_version,
  sys_last_modified_at: versionFields.sys_last_modified_at,
  sys_last_modified_by_id: Type.String(),
  action: Type.Optional(Type.String({ description: 'What was done, such as `stored_payment_method.patched`' })),
  trace_id: Type.Optional(Type.String({ description: 'Of the request that did it' })),
  changed_fields: Type.Array(Type.String(), { description: 'Top-level fields that differ from the version before' }),
  deleted: Type.Optional(Type.Boolean({ description: 'Whether the record was deleted by this version' })),
});
export type RecordVersion = Static<typeof RecordVersion>;

/** The newest version first. */
export const RecordHistory = pageOf(RecordVersion);

export const RecordHistoryQuery = Type.Object(
  { ...PageQuery.properties, exclusiveStartKey: Type.Optional(Type.String({ pattern: '^[1-9]\\d{0,9}$' })) },
  { additionalProperties: false },
);
export type RecordHistoryQuery = Static<typeof RecordHistoryQuery>;

export const AsOfQuery = Type.Object(
  {
    as_of: Type.Optional(
      filled(40, { description: 'A version’s number, or an instant (RFC 3339): the record as it was then' }),
    ),
  },
  { additionalProperties: false },
);

export const RecordRestoration = requestOf(
  Type.Object({
    sys_version: Type.Optional({
      ...version,
      description: 'Whose content to restore; required but for a deleted record',
    }),
  }),
);
export type RecordRestoration = Static<typeof RecordRestoration>;

export const RestoredRecord = Type.Object({
  record: StoredPaymentMethod,
  retired_tokens: Type.Array(Type.Object({ merchant_account_id: Type.String() }), {
    description: 'Merchant accounts whose token of the restored version is no longer in use; today’s token stays',
  }),
});
export type RestoredRecord = Static<typeof RestoredRecord>;
