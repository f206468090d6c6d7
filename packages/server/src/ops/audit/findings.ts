/** What can be wrong with an audit. */
export type FindingKind =
  | 'entry-changed'
  | 'entry-removed'
  | 'entry-not-sealed'
  | 'seal-changed'
  | 'seal-removed'
  | 'tail-cut'
  | 'chain-replaced'
  | 'cut-changed'
  | 'checkpoint-changed'
  | 'checkpoint-removed'
  | 'checkpoint-not-copied'
  | 'checkpoint-file-missing'
  | 'checkpoint-file-changed';

/** One thing that is wrong, with the entry or the place in the chain that it is wrong at. */
export type Finding = {
  kind: FindingKind;
  entryId?: string;
  number?: number;
  /** A sentence for whoever has to look into it. */
  text: string;
};

/** Enough to look into; a chain that was replaced as a whole differs everywhere. */
const mostKept = 1000;

export type FindingList = {
  add(finding: Finding): void;
  readonly kept: readonly Finding[];
  readonly count: number;
};

/** Counts all findings and keeps the first thousand. */
export function findingList(): FindingList {
  const kept: Finding[] = [];
  let count = 0;
  return {
    kept,
    get count() {
      return count;
    },
    add(finding) {
      count += 1;
      if (kept.length < mostKept) kept.push(finding);
    },
  };
}
