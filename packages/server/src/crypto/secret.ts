import { inspect } from 'node:util';

const redacted = '[redacted]';

/**
 * A value that must never be printed: a number, a verification code, a key, a token. Every way of turning it into
 * text yields `[redacted]`; `reveal()` is the one way out, so a search for it finds each place that handles the clear.
 */
export class Secret<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The clear value. Hand it on at once; keep it in no variable that outlives the call. */
  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return redacted;
  }

  toJSON(): string {
    return redacted;
  }

  [Symbol.toPrimitive](): string {
    return redacted;
  }

  [inspect.custom](): string {
    return redacted;
  }
}
