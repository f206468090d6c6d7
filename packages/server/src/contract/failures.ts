import type { ErrorCode } from '../error-codes.ts';
import { OnfileError } from '../errors.ts';

/** As many failures as one error tells: a form has fewer fields, and an answer stays small whatever was sent. */
export const mostFailures = 50;

/** As many as are told of one of many: of each row of a bulk load, of each operation of a batch. */
export const mostFailuresOfPart = 10;

/** The statuses of a refusal of what was sent: it is not right, or names what is not there. */
const ofContent: ReadonlySet<number> = new Set([400, 409]);

/** What is wrong with one request, in the order in which it is told. Of one place the first failure decides. */
export class Failures {
  readonly #found = new Map<string, OnfileError>();

  get count(): number {
    return this.#found.size;
  }

  /** Nothing more is told. */
  get isFull(): boolean {
    return this.#found.size >= mostFailures;
  }

  /** Whether a failure of this place is known, or without a place one of this code. */
  isTold(code: ErrorCode, reference: string | undefined): boolean {
    return this.#found.has(reference ?? code);
  }

  /** Adds a failure, with those that it was joined with. */
  add(error: OnfileError): void {
    for (const one of [error, ...error.others]) {
      if (!this.isFull && !this.isTold(one.code, one.reference)) this.#found.set(one.reference ?? one.code, one);
    }
  }

  /**
   * Runs a check, and adds the failure that it throws; answers what it does otherwise. What is no refusal of what was
   * sent goes on: who may not do something is told of that alone.
   */
  check<Result>(run: () => Result): Result | undefined {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof OnfileError && ofContent.has(error.status))) throw error;
      this.add(error);
      return undefined;
    }
  }

  /** What a check answered, once nothing was found: throws what was. */
  passed<Result>(checked: Result | undefined): Result {
    this.throwAny();
    // A check that has no answer has added its failure.
    return checked as Result;
  }

  /** The first of them, with the others; undefined when there are none. */
  joined(): OnfileError | undefined {
    const [first, ...others] = this.#found.values();
    if (!first || others.length === 0) return first;
    const { code, args, reference, headers, cause } = first;
    return new OnfileError(code, { args, reference, headers, cause, others });
  }

  /** Throws the first of them, with the others, if there are any. */
  throwAny(): void {
    const error = this.joined();
    if (error) throw error;
  }
}

/** The same failure with as many others as are told of one part of a request. */
export function withFewerFailures(error: OnfileError): OnfileError {
  if (error.others.length < mostFailuresOfPart) return error;
  const { code, args, reference, headers, cause, others } = error;
  return new OnfileError(code, { args, reference, headers, cause, others: others.slice(0, mostFailuresOfPart - 1) });
}
