import type { StoredPaymentMethod } from '../../contract/stored-payment-method.ts';
import { OnfileError } from '../../errors.ts';
import type { RecordChange } from '../../store/record-change.ts';
import { changedFields } from '../preconditions.ts';
import type { OpenedRecord } from '../stored-payment-methods/content.ts';

/** What is to become of one record, by the rules of its change; nothing is written yet. */
type Judged =
  | {
      outcome: 'changed';
      change: RecordChange;
      before: StoredPaymentMethod;
      after: StoredPaymentMethod;
      /** The version whose doom of the number is taken back: that of a deletion. */
      sparesNumberOf?: number;
    }
  | { outcome: 'unchanged' | 'skipped' }
  | { outcome: 'failed'; error: OnfileError; refusedDeletionOf?: OpenedRecord };

/** The same with the record and the version that it was judged at. */
export type Verdict = { id: string; version: number } & Judged;

const ownMarks = new Set(['sys_last_bulk_data_operation_id', 'sys_last_bulk_data_operation_sys_version']);

/** The fields in which a change shows, but for what every operation leaves on a record. */
export const fieldsOfChange = (before: StoredPaymentMethod, after: StoredPaymentMethod): string[] =>
  changedFields(before, after).filter((field) => !ownMarks.has(field));

/** Runs the rules of one record: one that a rule refuses fails alone; a failure of ours ends the stretch. */
export async function verdictOn(current: OpenedRecord, judge: () => Promise<Judged>): Promise<Verdict> {
  const { id, sys_version: version } = current.row;
  try {
    return { id, version, ...(await judge()) };
  } catch (error) {
    if (!(error instanceof OnfileError) || error.status >= 500) throw error;
    return { id, version, outcome: 'failed', error };
  }
}
