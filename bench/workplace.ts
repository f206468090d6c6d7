import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where a bench works, and what is to be ended after it. */
export type Workplace = {
  directory: string;
  /** Added to by whatever is started; done once, the last one first, and the directory goes at the end. */
  cleanUps: (() => Promise<void>)[];
  cleanUp: () => Promise<void>;
};

/** Makes a new directory. A signal cleans up too, and then ends the process. */
export async function newWorkplace(): Promise<Workplace> {
  const directory = await mkdtemp(join(tmpdir(), 'onfile-bench-'));
  const cleanUps: Workplace['cleanUps'] = [() => rm(directory, { recursive: true, force: true })];
  const cleanUp = async (): Promise<void> => {
    for (const step of cleanUps.splice(0).toReversed()) await step();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void cleanUp().finally(() => process.exit(130)));
  }
  return { directory, cleanUps, cleanUp };
}
