/** `npm run test:faults -- [--faults 200] [--seconds n] [--seed n] [--kinds part,part] [--report file]` */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { allKinds } from './kinds/all-kinds.ts';
import { findingLines, outcomeLine, reportMarkdown } from './report.ts';
import { runFaults } from './run-faults.ts';

const { values } = parseArgs({
  options: {
    faults: { type: 'string', default: '200' },
    seconds: { type: 'string' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
    kinds: { type: 'string' },
    report: { type: 'string' },
  },
});

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} takes a whole number`);
  return Number(text);
}

const parts = values.kinds?.split(',') ?? [''];
const kinds = allKinds.filter(({ name }) => parts.some((part) => name.includes(part)));
if (kinds.length === 0) throw new Error(`--kinds takes parts of: ${allKinds.map(({ name }) => name).join(', ')}`);
const seed = wholeNumber('seed', values.seed);
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => interruption.abort());
}
console.log(`faults of ${kinds.length} kinds, seed ${seed}\n`);
const report = await runFaults({
  seed,
  faults: wholeNumber('faults', values.faults),
  seconds: values.seconds === undefined ? null : wholeNumber('seconds', values.seconds),
  kinds,
  taskSeconds: 420,
  interrupted: interruption.signal,
  onOutcome: (outcome) => console.log(outcomeLine(outcome)),
});
console.log(`\n${reportMarkdown(report)}`);
for (const line of findingLines(report)) console.error(line);
if (values.report !== undefined) await writeFile(values.report, reportMarkdown(report));
if (interruption.signal.aborted) console.error('the run was ended before its time');
if (report.findings.length > 0 || interruption.signal.aborted) process.exitCode = 1;
