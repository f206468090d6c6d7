/** A promise that was found broken, with the facts that show it. */
export type Finding = { promise: string; facts: unknown };

export type Findings = {
  list: Finding[];
  /** Notes a finding unless it holds. */
  hold(holds: boolean, promise: string, facts: () => unknown): void;
};

/** More of the same say nothing new. */
const mostOfAPromise = 5;

export function createFindings(): Findings {
  const list: Finding[] = [];
  return {
    list,
    hold(holds, promise, facts) {
      if (holds || list.filter((known) => known.promise === promise).length >= mostOfAPromise) return;
      list.push({ promise, facts: facts() });
    },
  };
}
