import { type Static, Type } from 'typebox';
import { taskFields } from './background-task.ts';
import { pageOf } from './records-dialect.ts';
import { filled, oneOf, requestOf, text } from './schema.ts';

export const bulkLoadFormats = ['csv', 'ndjson'] as const;
const bulkLoadStates = ['open', 'uploaded', 'running', 'done', 'failed', 'cancelled'] as const;

const order = {
  source_file: Type.Optional(text(1000, { description: 'What the file is called where it comes from' })),
  format: oneOf(bulkLoadFormats),
  compression: Type.Optional(oneOf(['none', 'gzip'], { description: '`none` when left out' })),
  mode: Type.Optional(
    oneOf(['upsert', 'create'], {
      description: '`upsert`, when left out: a row that names a record on file changes it. `create`: it is refused',
    }),
  ),
  dry_run: Type.Optional(Type.Boolean({ description: 'Checks every row and writes nothing but the results' })),
  mapping: Type.Optional(
    Type.Record(Type.String(), Type.Union([filled(400), Type.Null()]), {
      description: 'From the names of columns to field paths; `null` leaves a column out',
    }),
  ),
  null_marker: Type.Optional(
    filled(40, { description: 'A cell of this text clears the field; an empty one keeps it' }),
  ),
  missing_contacts: Type.Optional(
    oneOf(['refuse', 'create'], {
      description: '`refuse`, when left out. `create` makes the contact under the id in the row, by `name_on_account`',
    }),
  ),
};

/** How a file is to be loaded. */
export const BulkLoadOrder = Type.Object(order);
export type BulkLoadOrder = Static<typeof BulkLoadOrder>;
export const WrittenBulkLoad = requestOf(BulkLoadOrder);

const count = (description: string) => Type.Integer({ minimum: 0, description });

/** A bulk load: its order, how far it got and what came of it. */
export const BulkLoad = Type.Object({
  ...taskFields,
  ...order,
  compression: oneOf(['none', 'gzip']),
  mode: oneOf(['upsert', 'create']),
  dry_run: Type.Boolean(),
  missing_contacts: oneOf(['refuse', 'create']),
  state: oneOf(bulkLoadStates),
  bytes: count('Of the file, received so far: the offset of the next part'),
  rows: Type.Optional(count('In the file, once they have been counted')),
  processed: count('Rows that are done with: succeeded, unchanged or failed'),
  succeeded: count('Rows that created or changed a record'),
  created: count('Rows that created a record'),
  updated: count('Rows that changed a record'),
  unchanged: count('Rows that are on file already as they are'),
  failed: count('Rows that were refused'),
  unprocessed: count('Rows that nothing was done about yet, or ever when the load is over'),
  started_at: Type.Optional(Type.String({ format: 'date-time', description: 'When it began to run' })),
  error: Type.Optional(Type.Unsafe<object>({ $ref: 'ErrorBody#' })),
});
export type BulkLoad = Static<typeof BulkLoad>;

export const BulkLoadPage = pageOf(BulkLoad);

/** Where in the file a part belongs. */
export const ContentQuery = Type.Object(
  { offset: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'Bytes before this part' }) },
  { additionalProperties: false },
);
