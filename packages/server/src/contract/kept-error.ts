import { type ErrorCode, OnfileError } from '../errors.ts';
import type { ErrorArgument } from './error-argument.ts';

/** A failure as it is kept until somebody reads it; its text is made then, in the reader's language. */
export type KeptError = {
  code: ErrorCode;
  reference?: string;
  args: readonly ErrorArgument[];
  others?: readonly KeptError[];
};

/** Fewer than are told at once: there may be one such error for each of a million rows. */
const mostOthers = 9;

/** What is kept of an error, and of the first of those that it was joined with. */
export function keptError(error: OnfileError): KeptError {
  const { code, reference, args } = error;
  const others = error.others.slice(0, mostOthers).map(keptError);
  return { code, ...(reference === undefined ? {} : { reference }), args, ...(others.length > 0 ? { others } : {}) };
}

/** The error that was kept. */
export const errorKept = ({ code, reference, args, others = [] }: KeptError): OnfileError =>
  new OnfileError(code, { reference, args, others: others.map(errorKept) });
