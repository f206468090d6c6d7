import { type Static, Type } from 'typebox';
import { taskFields } from './background-task.ts';
import { JsonPatch, PatchOperation } from './json-patch.ts';
import { pageOf } from './records-dialect.ts';
import { filled, oneOf, requestOf } from './schema.ts';
import { StoredPaymentMethod } from './stored-payment-method.ts';
import { RecordFilter } from './stored-payment-method-list.ts';

/** What can be ordered; an undo is ordered of an operation that is over. */
const orderedKinds = ['change', 'delete'] as const;
export const bulkDataOperationKinds = [...orderedKinds, 'undo'] as const;
export type BulkDataOperationKind = (typeof bulkDataOperationKinds)[number];

const states = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const;

const { deleted: _, ...filters } = RecordFilter.properties;

/** Which records, by the filters of a list; deleted ones can be neither changed nor deleted. */
export const BulkDataFilter = Type.Object(filters);
export type BulkDataFilter = Static<typeof BulkDataFilter>;

const reason = filled(500, { description: 'Why, for the audit and for whoever looks later' });

/** An operation as it is ordered, and as it can be previewed. */
export const BulkDataOperationOrder = Type.Object(
  {
    kind: oneOf(orderedKinds),
    filter: Type.Optional(requestOf(BulkDataFilter)),
    all: Type.Optional(
      Type.Boolean({ description: 'Instead of a filter: true says that every record of the tenant is meant' }),
    ),
    patch: Type.Optional(JsonPatch),
    reason: Type.Optional(reason),
  },
  { additionalProperties: false },
);
export type BulkDataOperationOrder = Static<typeof BulkDataOperationOrder>;

export const BulkDataUndoOrder = Type.Object({ reason: Type.Optional(reason) }, { additionalProperties: false });

const count = (description: string) => Type.Integer({ minimum: 0, description });

const outcomeCounts = {
  changed: count('Records that got a version from it; deleted ones in a deletion'),
  unchanged: count('Records that are already as they were to become'),
  failed: count('Records that a rule kept from it: its conflicts'),
};

/** An operation: what was ordered, how far it got and what came of it. */
export const BulkDataOperation = Type.Object({
  ...taskFields,
  kind: oneOf(bulkDataOperationKinds),
  state: oneOf(states),
  undoes: Type.Optional(Type.String({ description: 'The id of the operation that this one undoes' })),
  filter: Type.Optional(BulkDataFilter),
  all: Type.Optional(Type.Boolean()),
  patch: Type.Optional(
    Type.Array(Type.Pick(PatchOperation, ['op', 'path', 'from']), { description: 'Without its values' }),
  ),
  reason: Type.Optional(reason),
  selected: Type.Optional(count('Records that the filter selected when the work began')),
  processed: count('Records that are done with'),
  ...outcomeCounts,
  skipped: count('Of an undo: records that an earlier undo of the same operation brought back'),
});
export type BulkDataOperation = Static<typeof BulkDataOperation>;

export const BulkDataOperationPage = pageOf(BulkDataOperation);

const Conflict = Type.Object({
  id: Type.String({ description: 'The record' }),
  sys_version: Type.Integer({ description: 'The version that it had, and kept' }),
  error: Type.Unsafe<object>({ $ref: 'ErrorBody#' }),
});

/** Records that an operation could not touch, in the order of their ids. */
export const BulkDataConflictPage = pageOf(Conflict);

const Part = Type.Partial(StoredPaymentMethod);

/** What an operation would do now, as far as it was looked at. */
export const BulkDataPreview = Type.Object({
  kind: oneOf(orderedKinds),
  selected: count('Records that the filter selects now'),
  looked_at: count('The first of them by id, on which the rules were run: all that follows is about these'),
  ...outcomeCounts,
  failures: Type.Array(Type.Object({ error_code: Type.String(), count: count('Records that fail so') })),
  samples: Type.Array(
    Type.Object({
      id: Type.String(),
      sys_version: Type.Integer({ description: 'The version that the record has' }),
      changed_fields: Type.Array(Type.String()),
      before: Part,
      after: Part,
    }),
    { description: 'The first records that would change, with the fields that would' },
  ),
  conflicts: Type.Array(Conflict, { description: 'The first records that would fail' }),
});
export type BulkDataPreview = Static<typeof BulkDataPreview>;
