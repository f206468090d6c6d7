import { insertResults, type RowResult } from '../../store/bulk-load-results.ts';
import { insertRecords } from '../../store/bulk-records.ts';
import { sqlState, type Transaction } from '../../store/database.ts';
import type { RecordChange } from '../../store/record-change.ts';
import { applyRecordChanges } from '../../store/record-changes.ts';
import { insertContacts } from './new-contact.ts';
import type { PreparedBatch } from './prepare-batch.ts';
import type { BulkLoadProgress } from './progress.ts';

/** Thrown when a record was changed after the batch read it: nothing of the batch is written. */
class LostRace extends Error {
  override readonly name = 'LostRace';
}

/** A record that is new and brings nothing but itself, as nearly all do. */
const isPlainCreation = ({ expectedVersion, record: _, trail: __, terms: ___, ...more }: RecordChange): boolean =>
  expectedVersion === 0 && Object.keys(more).length === 0;

/** Writes a batch in its transaction: contacts, records with all that belongs to them, results. Throws `LostRace`. */
export async function writeBatch(
  tx: Transaction,
  loadId: string,
  { contacts, changes, results }: PreparedBatch,
  isDryRun: boolean,
): Promise<void> {
  if (!isDryRun) {
    await insertContacts(tx, contacts);
    await insertRecords(tx, changes.filter(isPlainCreation));
    const others = changes.filter((change) => !isPlainCreation(change));
    const outcomes = others.length > 0 ? await applyRecordChanges(tx, others) : [];
    if (outcomes.includes('lost')) throw new LostRace('a record was changed meanwhile');
  }
  await insertResults(tx, loadId, results);
}

/** SQLSTATE class 23, constraints, and the deadlock with an erasure, say, of one row's contact. */
const oneRowsState = /^(?:23|40P01)/;

/** Whether a batch failed for one of its rows, which is to be found by trying fewer. */
export const isOfOneRow = (error: unknown): boolean =>
  error instanceof LostRace || oneRowsState.test(sqlState(error) ?? '');

/** The progress after a batch with these results. */
export function afterResults(progress: BulkLoadProgress, results: readonly RowResult[]): BulkLoadProgress {
  const next = { ...progress };
  for (const { outcome } of results) next[outcome] += 1;
  return next;
}
