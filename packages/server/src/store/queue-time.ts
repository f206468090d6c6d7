/**
 * How long requests waited for their turn at the database: for a connection, or for the statement that takes them
 * along. What a statement itself takes is no part of it.
 */
export class QueueTime {
  #milliseconds = 0;
  #waits = 0;
  #listener: ((milliseconds: number) => void) | null = null;
  readonly #waiting = new Set<{ since: number }>();

  add(milliseconds: number): void {
    this.#milliseconds += milliseconds;
    this.#waits += 1;
    this.#listener?.(milliseconds);
  }

  /** Tells of each wait at its end. There is one listener at most. */
  listen(listener: (milliseconds: number) => void): void {
    this.#listener = listener;
  }

  /** Begins a wait in a queue whose first is served first. Call what it answers at its end, however it ends. */
  begin(now = performance.now()): (now?: number) => void {
    const wait = { since: now };
    this.#waiting.add(wait);
    return (end = performance.now()) => {
      if (this.#waiting.delete(wait)) this.add(end - wait.since);
    };
  }

  /**
   * The mean wait since the last call, in milliseconds, or how long the first in the queue has waited so far, whichever
   * is more: a database that serves nobody ends no wait. 0 when nothing waited.
   */
  take(now = performance.now()): number {
    const mean = this.#waits === 0 ? 0 : this.#milliseconds / this.#waits;
    const [first] = this.#waiting;
    this.#milliseconds = 0;
    this.#waits = 0;
    return Math.max(mean, first ? now - first.since : 0);
  }
}
