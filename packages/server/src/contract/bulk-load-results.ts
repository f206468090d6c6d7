import { type Static, Type } from 'typebox';
import { bulkLoadFormats } from './bulk-load.ts';
import { oneOf } from './schema.ts';

const outcomes = ['succeeded', 'unchanged', 'failed', 'unprocessed'] as const;
export type AskedOutcome = (typeof outcomes)[number];

/** Which results of a load are wanted, and how they are written. */
export const BulkLoadResultsQuery = Type.Object(
  {
    outcome: Type.Optional(
      oneOf(outcomes, { description: 'Every row when left out. `succeeded` rows created or changed a record' }),
    ),
    format: Type.Optional(
      oneOf(bulkLoadFormats, { description: 'When left out, what `Accept` prefers: `csv` if it does not say' }),
    ),
  },
  { additionalProperties: false },
);
export type BulkLoadResultsQuery = Static<typeof BulkLoadResultsQuery>;
