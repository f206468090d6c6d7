/**
 * How long requests waited for their turn at the database: for a connection, or for the statement that takes them
 * along. What a statement itself takes is no part of it.
 */
export class QueueTime {
  #milliseconds = 0;
  #waits = 0;

  add(milliseconds: number): void {
    this.#milliseconds += milliseconds;
    this.#waits += 1;
  }

  /** The mean wait since the last call, in milliseconds; 0 when nothing waited. */
  take(): number {
    const mean = this.#waits === 0 ? 0 : this.#milliseconds / this.#waits;
    this.#milliseconds = 0;
    this.#waits = 0;
    return mean;
  }
}
