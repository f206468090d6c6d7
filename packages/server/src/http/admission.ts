/** No request is refused while fewer than this many are under way. */
export const leastInFlight = 100;
const mostInFlight = 10_000;
/** About half a second's work: a server that has just started is not known to be slow. */
const limitAtStart = 1000;

/** Whoever is still there after this time waits for something else than us: a gateway, an event, a slow reader. */
const longestWorkMs = 1000;
/** How many measurements in a row must be too long: a queue that stands, not a burst that drains (RFC 8289, 4.1). */
const standing = 3;
const decrease = 0.8;
const increase = 1.1;

/** A request that was let in. */
export type Place = { readonly group: string; readonly since: number };

/**
 * Decides which requests are served: as many at once as the server can without a queue of its own, shared fairly by the
 * groups that call. Times are milliseconds of one clock that only goes forward. docs/decisions/0030 tells why.
 */
export class Admission {
  readonly #longestDelayMs: number;
  readonly #working = new Set<Place>();
  readonly #workingOf = new Map<string, number>();
  #limit = limitAtStart;
  #peak = 0;
  #tooLong = 0;

  constructor(longestDelayMs: number) {
    this.#longestDelayMs = longestDelayMs;
  }

  /** How many requests may be worked on at once. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  get working(): number {
    return this.#working.size;
  }

  /** A place for a request of this group, to be left once it is answered; null when it should come again later. */
  enter(group: string, now: number): Place | null {
    const ofGroup = this.#workingOf.get(group) ?? 0;
    if (this.working >= this.limit) {
      const share = this.limit / (this.#workingOf.size + (ofGroup === 0 ? 1 : 0));
      // Reaching the limit counts, whether or not it is passed.
      this.#peak = Math.max(this.#peak, this.limit);
      if (ofGroup >= Math.max(1, Math.floor(share))) return null;
    }
    const place: Place = { group, since: now };
    this.#working.add(place);
    this.#workingOf.set(group, ofGroup + 1);
    this.#peak = Math.max(this.#peak, this.working);
    return place;
  }

  leave(place: Place): void {
    if (!this.#working.delete(place)) return;
    const left = (this.#workingOf.get(place.group) ?? 1) - 1;
    if (left === 0) this.#workingOf.delete(place.group);
    else this.#workingOf.set(place.group, left);
  }

  /** Sets the limit by how long requests have had to wait, in milliseconds; to be called ten times a second. */
  adjust(delayMs: number, now: number): void {
    for (const place of this.#working) {
      if (now - place.since < longestWorkMs) break;
      this.leave(place);
    }
    this.#tooLong = delayMs > this.#longestDelayMs ? this.#tooLong + 1 : 0;
    if (this.#tooLong >= standing) {
      this.#limit = Math.max(leastInFlight, Math.min(this.#limit, this.#peak) * decrease);
    } else if (this.#tooLong === 0 && this.#peak >= this.limit) {
      this.#limit = Math.min(mostInFlight, this.#limit * increase);
    }
    this.#peak = this.working;
  }
}
