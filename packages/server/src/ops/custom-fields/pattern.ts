import { LRUCache } from 'lru-cache';
import { RE2JS } from 're2js';

/** Beyond it a short pattern stands for a huge machine: `(a{0,30}){0,30}` has 1,894 steps. */
const mostSteps = 300;
/** Each may keep states of up to 8 MB for a pattern that was made to have many. */
const patternsAtHand = 100;

/** Measured at 0.3 µs each where a pattern is at its worst: some 60 ms for a whole record. */
const mostStepsPerRecord = 200_000;

/** What the patterns of one record's values may still cost, in steps: characters times the size of their pattern. */
export type PatternBudget = { steps: number };
export const newPatternBudget = (): PatternBudget => ({ steps: mostStepsPerRecord });

const compiled = new LRUCache<string, RE2JS>({ max: patternsAtHand });

/** Throws the library's error for what is no pattern in the syntax of RE2: it knows nothing that takes more than linear time. */
function compile(pattern: string): RE2JS {
  const known = compiled.get(pattern);
  if (known) return known;
  const made = RE2JS.compile(pattern);
  compiled.set(pattern, made);
  return made;
}

/** Whether a pattern can be used: it is one, and a text can be held against it in a time that nobody notices. */
export function isUsablePattern(pattern: string): boolean {
  try {
    return compile(pattern).programSize() <= mostSteps;
  } catch {
    return false;
  }
}

/** How long a text the budget still allows for a pattern, in characters. */
export const affordableLength = (pattern: string, { steps }: PatternBudget): number =>
  Math.floor(steps / compile(pattern).programSize());

/** Whether the whole text is as the pattern says, on account of the budget. */
export function matchesPattern(text: string, pattern: string, budget: PatternBudget): boolean {
  const made = compile(pattern);
  budget.steps -= text.length * made.programSize();
  return made.matches(text);
}
