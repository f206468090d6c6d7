import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Verdict } from './verdict.ts';

/** As long as one may keep others of its process waiting. */
const turnMs = 20;

/** Judges one after the other, and lets others of the process have their turn. */
export async function judgeEach<Item>(
  items: readonly Item[],
  judge: (item: Item) => Promise<Verdict>,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  let since = performance.now();
  for (const item of items) {
    verdicts.push(await judge(item));
    if (performance.now() - since < turnMs) continue;
    await nextTurn();
    since = performance.now();
  }
  return verdicts;
}
