import type { BulkLoad } from '../contract/bulk-load.ts';
import type { ShownBulkLoad } from '../ops/bulk-loads/present.ts';
import type { ShownResult } from '../ops/bulk-loads/read-results.ts';
import { failureOf, linesOf } from './failure.ts';

const counted = new Intl.NumberFormat('en');

const headings: Readonly<Record<BulkLoad['state'], string>> = {
  open: 'is still open',
  uploaded: 'has not begun',
  running: 'is running',
  done: 'is done',
  failed: 'failed',
  cancelled: 'was cancelled',
};

/** What came of a load in words, with some of its failures. */
export function summaryOf(
  { load, failure }: ShownBulkLoad,
  failures: readonly ShownResult[],
  failedTo: string | undefined,
): string {
  const counts = [
    ['succeeded', load.succeeded, `${counted.format(load.created)} created, ${counted.format(load.updated)} updated`],
    ['unchanged', load.unchanged, ''],
    ['failed', load.failed, ''],
    ['unprocessed', load.unprocessed, ''],
  ] as const;
  const width = Math.max(...counts.map(([, count]) => counted.format(count).length));
  const dryRun = load.dry_run ? ' (dry run: nothing was written)' : '';
  const more = load.failed - failures.length;
  return [
    `Bulk load ${load.id}${load.source_file ? ` of ${load.source_file}` : ''} ${headings[load.state]}${dryRun}.`,
    ...(failure ? linesOf(failureOf(failure)) : []),
    ...counts.map(
      ([name, count, detail]) =>
        `  ${name.padEnd(11)}  ${counted.format(count).padStart(width)}${detail ? `  (${detail})` : ''}`,
    ),
    ...(failedTo !== undefined && load.failed > 0 ? [`Why rows failed is in ${failedTo}.`] : []),
    ...failures.flatMap(({ record_no, error }) =>
      linesOf(failureOf(error)).map((line) => `Row ${counted.format(record_no)}: ${line}`),
    ),
    ...(more > 0 && failures.length > 0 ? [`And ${counted.format(more)} more; --failed-to FILE writes them all.`] : []),
  ].join('\n');
}
