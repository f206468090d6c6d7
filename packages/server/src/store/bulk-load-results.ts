import type { KeptError } from '../contract/kept-error.ts';
import type { Database, Transaction } from './database.ts';

export type RowOutcome = 'created' | 'updated' | 'unchanged' | 'failed';

/** What came of one row of a file. It holds nothing that the row said, but for what is on file. */
export type RowResult = {
  /** Counts data rows from 1. */
  record_no: number;
  outcome: RowOutcome;
  /** Of the record; absent when the row failed and names none that is on file, and when a dry run would create it. */
  id?: string;
  external_id?: string;
  error?: KeptError;
};

const write = {
  name: 'write-bulk-load-results',
  text: `
    INSERT INTO bulk_load_results (tenant_id, load_id, first_record_no, results)
    VALUES ($1, $2, $3, $4)`,
};

/** Keeps the results of one batch, in the order of its rows. */
export async function insertResults(tx: Transaction, loadId: string, results: readonly RowResult[]): Promise<void> {
  const [first] = results;
  if (first) await tx.query(write, [tx.tenantId, loadId, first.record_no, JSON.stringify(results)]);
}

const readPage = {
  name: 'read-bulk-load-results',
  text: `
    SELECT results FROM bulk_load_results
    WHERE tenant_id = $1 AND load_id = $2 AND first_record_no > $3
    ORDER BY first_record_no
    LIMIT $4`,
};

/** The results of some batches (at most `batches`) that begin after the given row, 0 for the first; in file order. */
export async function listResults(
  db: Database,
  tenantId: string,
  loadId: string,
  afterRecordNo: number,
  batches: number,
): Promise<RowResult[]> {
  const rows = await db.single<{ results: RowResult[] }>(tenantId, readPage, [
    tenantId,
    loadId,
    afterRecordNo,
    batches,
  ]);
  return rows.flatMap((row) => row.results);
}
