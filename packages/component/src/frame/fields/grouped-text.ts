/** A text in an input, with the place of the caret in it. */
export type Edited = { text: string; caret: number };

/** How a kind of number is written: the characters that count, and where groups of them end. */
export type Grouping = {
  significant: RegExp;
  separator: string;
  /** Lengths of the groups; the last one repeats. */
  groups: (significant: string) => readonly number[];
  longest: (significant: string) => number;
};

const only = (text: string, { significant }: Grouping): string =>
  Array.from(text)
    .filter((character) => significant.test(character))
    .join('');

/**
 * The text in groups, the caret behind the same character as before. One that stands at the end of a group goes behind
 * the separator, where the next character will be.
 */
export function regroup({ text, caret }: Edited, grouping: Grouping): Edited {
  const all = only(text, grouping);
  const kept = all.slice(0, grouping.longest(all));
  const before = Math.min(only(text.slice(0, caret), grouping).length, kept.length);
  const sizes = grouping.groups(kept);
  let grouped = '';
  let newCaret = 0;
  let inGroup = 0;
  let group = 0;
  for (const [place, character] of Array.from(kept).entries()) {
    if (inGroup === (sizes[Math.min(group, sizes.length - 1)] ?? Number.POSITIVE_INFINITY)) {
      grouped += grouping.separator;
      inGroup = 0;
      group += 1;
      if (place === before) newCaret = grouped.length;
    }
    grouped += character;
    inGroup += 1;
    if (place + 1 === before) newCaret = grouped.length;
  }
  return { text: grouped, caret: newCaret };
}

/**
 * The text after an edit that took away a separator alone: the customer meant the character beside it, and the
 * separator would only come back.
 */
export function withoutNeighbour(edited: Edited, previous: string, inputType: string, grouping: Grouping): Edited {
  const { text, caret } = edited;
  if (only(text, grouping) !== only(previous, grouping) || text.length >= previous.length) return edited;
  if (inputType === 'deleteContentBackward' && caret > 0) {
    return { text: text.slice(0, caret - 1) + text.slice(caret), caret: caret - 1 };
  }
  if (inputType === 'deleteContentForward') return { text: text.slice(0, caret) + text.slice(caret + 1), caret };
  return edited;
}
