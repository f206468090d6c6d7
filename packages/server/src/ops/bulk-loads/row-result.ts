import { containsCardNumber } from '@onfile/card/find-card-number';
import { type KeptError, keptError } from '../../contract/kept-error.ts';
import { OnfileError, stringArgument } from '../../errors.ts';
import type { RowResult } from '../../store/bulk-load-results.ts';
import type { FoundRecord } from '../../store/records.ts';

/** A failure as it is kept: nothing that the caller wrote, and no text that is sealed where it belongs. */
export function keptOfRow(error: OnfileError): KeptError {
  const { others, ...kept } = keptError(error);
  const first = tellable(kept);
  return others ? { ...first, others: others.map(tellable) } : first;
}

function tellable({ code, reference, args }: KeptError): KeptError {
  const isTellable = reference !== undefined && !containsCardNumber(reference);
  const [id, owner] = args;
  const isLock = code === 'errormessage.record.locked' && id && owner;
  return {
    code,
    ...(isTellable ? { reference } : {}),
    // The reason of a lock is for whoever asks for the record.
    args: isLock ? [id, owner, stringArgument('')] : args,
  };
}

/** What came of a row about a record that is on file. */
export const resultOn = (
  recordNo: number,
  outcome: RowResult['outcome'],
  { id, sys_external_id }: Pick<FoundRecord, 'id' | 'sys_external_id'>,
): RowResult => ({
  record_no: recordNo,
  outcome,
  id,
  ...(sys_external_id === null ? {} : { external_id: sys_external_id }),
});

export const failedRow = (
  recordNo: number,
  error: OnfileError,
  target?: Pick<FoundRecord, 'id' | 'sys_external_id'>,
): RowResult => ({
  ...(target ? resultOn(recordNo, 'failed', target) : { record_no: recordNo, outcome: 'failed' }),
  error: keptOfRow(error),
});

/** Whether an error is the row's own: one of the domain that is no failure on our side. */
export const isRefusal = (error: unknown): error is OnfileError => error instanceof OnfileError && error.status < 500;
