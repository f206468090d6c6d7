import { affordableLength, isUsablePattern, matchesPattern } from './pattern.ts';

/** What `matches` of CEL is replaced by: the library's own is the regular expression of JavaScript, which can run away. */
export const patternFunction = 'matchesLinearly';

/** CEL asks for a match anywhere in the text. */
const anywhere = (pattern: string): string => `(?s:.*)(?:${pattern})(?s:.*)`;

export const isUsable = (pattern: string): boolean => isUsablePattern(pattern) && isUsablePattern(anywhere(pattern));

const plenty = 1_000_000_000;
/** How many steps a character takes at most. */
export const stepsPerCharacter = (pattern: string): number =>
  Math.ceil(plenty / Math.max(1, affordableLength(anywhere(pattern), { steps: plenty })));

/** Whether the pattern, which was found usable, is somewhere in the text. */
export const findsPattern = (text: string, pattern: string): boolean =>
  matchesPattern(text, anywhere(pattern), { steps: plenty });
