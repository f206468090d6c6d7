import type { ErrorCode } from '../error-codes.ts';
import { OnfileError } from '../errors.ts';
import type { ErrorArgument } from './error-argument.ts';
import { withFewerFailures } from './failures.ts';

/** A failure as it is kept until somebody reads it; its text is made then, in the reader's language. */
export type KeptError = {
  code: ErrorCode;
  reference?: string;
  args: readonly ErrorArgument[];
  others?: readonly KeptError[];
};

/** What is kept of an error, and of the first of those that it was joined with. */
export function keptError(error: OnfileError): KeptError {
  const { code, reference, args } = error;
  const others = withFewerFailures(error).others.map(keptError);
  return { code, ...(reference === undefined ? {} : { reference }), args, ...(others.length > 0 ? { others } : {}) };
}

/** The error that was kept. */
export const errorKept = ({ code, reference, args, others = [] }: KeptError): OnfileError =>
  new OnfileError(code, { reference, args, others: others.map(errorKept) });
