import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

// V8 shows its collector to the contexts that are made from here on, and this one is let go of at once.
setFlagsFromString('--expose-gc');
const collect: NodeJS.GCFunction = runInNewContext('gc');

/**
 * Collects everything in this thread and gives the memory back, in some tenth of a second: a start leaves as much garbage
 * as what is needed, and V8 would not look for it before there is twice as much (measured in decision 21).
 */
export const giveMemoryBack = (): void => collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });

/**
 * Collects what was made just now and is of no use any more, in less than a millisecond. For whoever passes many large
 * buffers on: V8 counts them apart from its heap and lets 64 MiB of them lie about.
 */
export const collectYoung = (): void => collect({ type: 'minor', execution: 'sync' });
