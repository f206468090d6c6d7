import type { BulkDataFilter, BulkDataOperationKind } from '../../contract/bulk-data-operation.ts';
import type { JsonPatch } from '../../contract/json-patch.ts';

/** What an operation was ordered with: sealed with its task. */
export type OperationInput = { reason?: string } & (
  | { kind: 'change'; filter: BulkDataFilter; patch: JsonPatch }
  | { kind: 'delete'; filter: BulkDataFilter }
  | { kind: 'undo'; undoes: string }
);

/** How far an operation got. The counts are of records. */
export type OperationProgress = {
  kind: BulkDataOperationKind;
  /** The operation that an undo undoes. */
  undoes?: string;
  /** Null until they have been counted. */
  selected: number | null;
  /** The record that it got to, in the order of ids. */
  place: string;
  changed: number;
  unchanged: number;
  failed: number;
  skipped: number;
  /** Nothing is left to do. */
  isOver: boolean;
};

export const atBeginning = (input: OperationInput): OperationProgress => ({
  kind: input.kind,
  ...(input.kind === 'undo' ? { undoes: input.undoes } : {}),
  selected: null,
  place: '',
  changed: 0,
  unchanged: 0,
  failed: 0,
  skipped: 0,
  isOver: false,
});
