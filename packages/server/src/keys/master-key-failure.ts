import { OnfileError } from '../errors.ts';

/** `away` passes by itself, `refused` is for an operator to mend, `foreign` is a wrapped key that is not of this master key. */
export type MasterKeyFailureKind = 'away' | 'refused' | 'foreign';

/** A master key cannot be used. The message is a sentence for whoever runs the server; the code is for the log. */
export class MasterKeyFailure extends Error {
  override readonly name = 'MasterKeyFailure';
  readonly kind: MasterKeyFailureKind;
  readonly code: string;

  constructor(kind: MasterKeyFailureKind, code: string, sentence: string, cause?: unknown) {
    super(sentence, { cause });
    this.kind = kind;
    this.code = code;
  }
}

/** The failure of a master key that an error stands for, null when it is about something else. */
export function masterKeyFailureOf(error: unknown): MasterKeyFailure | null {
  const cause = error instanceof OnfileError ? error.cause : error;
  return cause instanceof MasterKeyFailure ? cause : null;
}

/** Runs what needs the master key. Throws its failure as a sentence, where no caller of a request waits for 503. */
export async function explainMasterKey<Result>(run: () => Promise<Result>): Promise<Result> {
  return run().catch((error: unknown) => {
    const failure = masterKeyFailureOf(error);
    throw failure ? new Error(failure.message, { cause: error }) : error;
  });
}
