import type { Checked } from './check/checker.ts';
import type { FaultOutcome, FaultReport } from './run-faults.ts';

const whole = new Intl.NumberFormat('en-GB');
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** One line as a fault is through. */
export const outcomeLine = ({ number, kind, variant, recoveryMs, checked }: FaultOutcome): string =>
  `${String(number).padStart(4)}  ${`${kind.name}: ${variant}`.padEnd(62)} back after ${seconds(recoveryMs).padStart(6)}` +
  `   ${whole.format(checked.acknowledged)} acknowledged, ${findingsOf(checked)}`;

const findingsOf = ({ findings }: Checked): string =>
  findings.length === 0 ? 'all as promised' : `${findings.length} findings`;

const sum = (chapters: readonly Checked[], field: 'sent' | 'acknowledged' | 'versions' | 'retried' | 'events') =>
  whole.format(chapters.reduce((total, chapter) => total + chapter[field], 0));

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[(sorted.length >> 1) - 1] ?? 0)) / 2;
}

const broken = (report: FaultReport, promise: string): number =>
  report.findings.filter((finding) => finding.promise === promise).length;

/** What was tried and what was found, as a table and two sentences in Markdown. */
export function reportMarkdown(report: FaultReport): string {
  const { outcomes, chapters, durationMs, seed } = report;
  const byKind = [...Map.groupBy(outcomes, ({ kind }) => kind)].toSorted(([a], [b]) => a.name.localeCompare(b.name));
  const rows = byKind.map(([kind, own]) => {
    const times = own.map(({ recoveryMs }) => recoveryMs);
    return `| ${kind.name} | ${kind.what} | ${own.length} | ${seconds(median(times))} | ${seconds(Math.max(...times))} |`;
  });
  const lost = broken(report, 'no acknowledged update is lost');
  const doubled = broken(report, 'no update is applied twice');
  return [
    '| kind | what was done | times | back after, median | at most |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    `${outcomes.length} faults of ${byKind.length} kinds in ${Math.round(durationMs / 60_000)} minutes (seed ${seed}): ` +
      `${sum(chapters, 'sent')} updates sent in both dialects, ${sum(chapters, 'acknowledged')} acknowledged, ` +
      `**${lost} lost, ${doubled} doubled**, ${report.findings.length - lost - doubled} other findings.`,
    `Read back: ${sum(chapters, 'versions')} versions, ${sum(chapters, 'events')} events; ` +
      `${sum(chapters, 'retried')} updates were sent again under their keys; ` +
      `${report.tasksLeft} tasks at a gateway still waited in the queue at the end.`,
    '',
  ].join('\n');
}

/** What was broken and how to see it again; empty when nothing was. */
export const findingLines = ({ seed, findings }: FaultReport): string[] =>
  findings.map(
    ({ promise, fault, facts }) => `BROKEN: ${promise} (${fault}, seed ${seed})\n  ${JSON.stringify(facts)}`,
  );
