import { parseArgs } from 'node:util';

/** How big and how long a run is. */
export type BenchSettings = {
  records: number;
  /** How often each measurement is repeated; medians are reported. */
  rounds: number;
  /** Of each measurement. */
  seconds: number;
  connections: number;
};

const usage = `npm run bench:update -- [--records 100000] [--rounds 3] [--seconds 5] [--connections 64]`;

/** Reads the flags. Throws a sentence when one is no whole number above zero. */
export function readSettings(args: readonly string[]): BenchSettings {
  const text = (fallback: string) => ({ type: 'string', default: fallback }) as const;
  const { values } = parseArgs({
    args: [...args],
    options: { records: text('100000'), rounds: text('3'), seconds: text('5'), connections: text('64') },
  });
  const count = (name: keyof BenchSettings): number => {
    const number = Number(values[name]);
    if (Number.isInteger(number) && number > 0) return number;
    throw new Error(`--${name} must be a whole number above 0; ${usage}`);
  };
  return {
    records: count('records'),
    rounds: count('rounds'),
    seconds: count('seconds'),
    connections: count('connections'),
  };
}
