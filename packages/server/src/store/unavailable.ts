import { DatabaseError } from 'pg';
import { OnfileError } from '../errors.ts';

/**
 * SQLSTATE classes and codes by which PostgreSQL says that it cannot serve now: connection exceptions, insufficient
 * resources (a full disk, no connection to spare), operator intervention, a standby that does not take writes yet.
 */
const notNow = /^(08...|53...|57P0.|25006)$/;
const lostConnection =
  /^(Connection terminated|Client (was closed|has encountered a connection error)|Query read timeout)/;

/** Whether the database could not be reached or went away, so that nothing is wrong with what was asked of it. */
function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof DatabaseError) return notNow.test(error.code ?? '');
  return 'syscall' in error || lostConnection.test(error.message);
}

/** As the caller is told: 503, worth another try in a second. The change may have been made, or not. */
export const unavailable = (cause: unknown): OnfileError =>
  new OnfileError('errormessage.unavailable', { cause, headers: { 'retry-after': '1' } });

/** Passes on what PostgreSQL says of a statement; throws 503 when it is not there to say anything. */
export function refuseUnavailable(error: unknown): never {
  throw isUnavailable(error) ? unavailable(error) : error;
}
