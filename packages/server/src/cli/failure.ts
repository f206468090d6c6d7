import { ConfigError } from '../config.ts';
import { OnfileError } from '../errors.ts';
import { masterKeyFailureOf } from '../keys/master-key-failure.ts';
import { formatError } from '../locales/catalog.ts';

/** A failure that only the command line has; the message is a sentence for whoever typed the command. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly code: 'usage' | 'not-running' | 'interrupted' | 'live-mode';

  constructor(code: CommandFailure['code'], sentence: string) {
    super(sentence);
    this.code = code;
  }
}

/** A failure as it is printed: `errorCode` is one of the API's, or one of the command line's own. */
export type Failure = {
  errorCode: string;
  errorMessage: string;
  reference?: string;
  args?: string[];
  /** What else is wrong, when there is more. */
  errors?: Failure[];
};

const unreachable = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH']);
const undefinedTable = '42P01';

/** A complaint as a sentence: most of ours begin small and without a full stop, for use in a longer one. */
export function asSentence(complaint: string): string {
  const line = complaint.replaceAll('\n', ' ');
  return `${line.charAt(0).toUpperCase()}${line.slice(1)}${line.endsWith('.') ? '' : '.'}`;
}

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : '');

export function failureOf(error: unknown): Failure {
  const masterKeyFailure = masterKeyFailureOf(error);
  if (masterKeyFailure) return { errorCode: 'master-key', errorMessage: asSentence(masterKeyFailure.message) };
  if (error instanceof OnfileError) {
    if (error.code === 'errormessage.unavailable') return databaseGone(error.cause);
    const errors = error.others.map(inWords);
    return { ...inWords(error), ...(errors.length > 0 ? { errors } : {}) };
  }
  if (error instanceof CommandFailure) return { errorCode: error.code, errorMessage: error.message };
  if (error instanceof ConfigError) return { errorCode: 'settings', errorMessage: error.message };
  if (!(error instanceof Error)) return { errorCode: 'failed', errorMessage: 'Something went wrong.' };
  if (unreachable.has(codeOf(error))) return databaseGone(error);
  if (codeOf(error) === undefinedTable) {
    const errorMessage = 'The database does not hold Onfile yet. Start the server once, which sets it up.';
    return { errorCode: 'database', errorMessage };
  }
  return { errorCode: 'failed', errorMessage: asSentence(error.message || error.name) };
}

function inWords(error: OnfileError): Failure {
  const { errorMessage, args } = formatError(error, { locale: 'en', timeZone: 'UTC' });
  return { errorCode: error.code, errorMessage, ...(error.reference && { reference: error.reference }), args };
}

/** A failure for people, a line each: what else is wrong comes after it. */
export const linesOf = (failure: Failure): string[] =>
  [failure, ...(failure.errors ?? [])].map(
    ({ reference, errorMessage }) => `${reference ? `${reference}: ` : ''}${errorMessage}`,
  );

function databaseGone(cause: unknown): Failure {
  const reason = (cause instanceof Error && codeOf(cause)) || 'no answer in time';
  const errorMessage = `The database cannot be reached (${reason}). Check DATABASE_URL, or start the server.`;
  return { errorCode: 'database', errorMessage };
}
