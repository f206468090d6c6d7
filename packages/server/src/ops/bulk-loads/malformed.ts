import { integerArgument, OnfileError } from '../../errors.ts';

/** A file that cannot be read from a data row on. What stands before it is loaded. */
export const malformed = (recordNo: number, cause?: unknown): OnfileError =>
  new OnfileError('errormessage.bulk.load.malformed', { args: [integerArgument(recordNo)], cause });

/** Thrown by what reads a file; who knows the number of the row makes a refusal of it. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}
