import type { BulkLoadOrder } from '../../contract/bulk-load.ts';
import type { RowResult } from '../../store/bulk-load-results.ts';

/** An order with what was left out filled in, as a load is kept with. */
export type BulkLoadInput = BulkLoadOrder &
  Required<Pick<BulkLoadOrder, 'compression' | 'mode' | 'dry_run' | 'missing_contacts'>>;

/** How far a load got. The counts are of rows. */
export type BulkLoadProgress = {
  /** Received. */
  bytes: number;
  /** In the file; null until they have been counted. */
  rows: number | null;
  created: number;
  updated: number;
  unchanged: number;
  failed: number;
  /** What ended it, when it could not be loaded as a whole. */
  failure?: NonNullable<RowResult['error']>;
};

export const atBeginning: BulkLoadProgress = { bytes: 0, rows: null, created: 0, updated: 0, unchanged: 0, failed: 0 };

/** The rows that are done with. */
export const processedRows = ({ created, updated, unchanged, failed }: BulkLoadProgress): number =>
  created + updated + unchanged + failed;
